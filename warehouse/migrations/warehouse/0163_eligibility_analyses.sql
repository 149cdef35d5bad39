-- A poll's verdict is remembered for each analysis it asked, so that a poll of one neither clears nor reopens what others found. `verdicts` are those of
-- `analyses`, one for one; `rule_analyses` says whose each rule of `failed`, then of `doubted`, is. Rows from before said none of it: they count as polls of
-- all analyses, a rule is of the analysis it was shipped in, and one of staff's of insurance, until the next poll says better. No rule makes an analysis
-- worse than the household's verdict was; a doubt no rule had is silence, of no analysis in particular.
ALTER TABLE eligibility.verdict ADD COLUMN IF NOT EXISTS rule_analyses Array(LowCardinality(String))
    DEFAULT arrayMap(rule -> transform(toString(rule),
        ['income', 'no_home', 'no_signing', 'no_other_benefit', 'no_subsidy_beside', 'no_managed_housing', 'identified', 'nobody_dead', 'not_moved_away'],
        ['fund', 'property', 'property', 'security', 'security', 'managed', 'police', 'police', 'police'], 'insurance'), arrayConcat(failed, doubted))
    AFTER reasons;
ALTER TABLE eligibility.verdict ADD COLUMN IF NOT EXISTS analyses Array(LowCardinality(String))
    DEFAULT ['insurance', 'fund', 'police', 'civil_affairs', 'property', 'security', 'managed']
    AFTER rule_analyses;
ALTER TABLE eligibility.verdict ADD COLUMN IF NOT EXISTS verdicts Array(Enum8('refuse' = 0, 'doubt' = 1, 'pass' = 2))
    DEFAULT arrayMap(analysis -> CAST(multiIf(
        verdict = 'refuse' AND arrayExists((rule, its) -> its = analysis AND rule NOT IN ('identified', 'nobody_dead', 'still_tied'),
            failed, arraySlice(rule_analyses, 1, length(failed))), 'refuse',
        has(rule_analyses, analysis) OR verdict = 'doubt' AND empty(rule_analyses), 'doubt', 'pass'),
        'Enum8(\'refuse\' = 0, \'doubt\' = 1, \'pass\' = 2)'), analyses)
    AFTER analyses;

{{ config(materialized='table', order_by=['dataset', 'record_key', 'rule_id']) }}

-- No rule is active in the project as it stands: a run that has rules puts the union of their data sets here (pipelines/cleaning).
select
    '' as dataset,
    '' as record_key,
    '' as finding,
    '' as outcome,
    '' as field,
    toUInt64(0) as rule_id,
    toUInt32(0) as rule_version,
    '' as value_found,
    '' as value_expected,
    '' as shown_found,
    '' as shown_expected,
    toUInt64(0) as batch_id,
    toUInt64(0) as row_no

where 0

-- Pre-reviews of applications (data.md C.1): what was answered, and all it takes to answer the same again: day, what was known, which data sets
-- had answered, and the rules as they were. No names and no identity numbers.
CREATE TABLE eligibility_review (
  review_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  application_no text NOT NULL,
  day            date NOT NULL,
  known_at       timestamptz(3) NOT NULL,
  analyses       jsonb NOT NULL,
  form           text NOT NULL,
  verdict        text NOT NULL CHECK (verdict IN ('pass', 'doubt', 'refuse')),
  -- Numbers of the data sets that had not answered.
  silent         jsonb NOT NULL,
  rules          jsonb NOT NULL,
  outcomes       jsonb NOT NULL,
  district_code  text NOT NULL,
  street_code    text NOT NULL,
  community_code text NOT NULL,
  asked_by       text NOT NULL,
  asked_at       timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX eligibility_review_of ON eligibility_review (application_no, review_id);
CREATE INDEX eligibility_review_at ON eligibility_review (asked_at);

-- The dwelling a polled household held on the day of the poll (保障房号, T-2; 002:6719), '' for a subsidy; polls from before did not say.
ALTER TABLE eligibility.verdict ADD COLUMN IF NOT EXISTS house_code String DEFAULT '' AFTER household_id;

-- What the control file beside a delivery declared (rows, totals, dates), until the delivery is loaded and compared with it: a
-- crash may come between.
ALTER TABLE delivery ADD COLUMN declared jsonb;

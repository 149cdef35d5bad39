-- 保障项目 (CJJ/T 196 A.1.1) an application was judged for: rules may be meant for some programmes alone. '' where it was not known.
ALTER TABLE eligibility_review ADD COLUMN programme text NOT NULL DEFAULT '';

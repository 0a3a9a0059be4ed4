-- Version 2. Verdicts say what was asked, by which interval, what the bootstrap says beside it, and
-- on which runs, rows and classes they rest.

ALTER TABLE claim ADD COLUMN kind TEXT;
ALTER TABLE claim ADD COLUMN metric TEXT;
ALTER TABLE claim ADD COLUMN contrast TEXT;
ALTER TABLE claim ADD COLUMN bound REAL;
ALTER TABLE claim ADD COLUMN is_primary INTEGER;
ALTER TABLE claim ADD COLUMN sentence TEXT;
ALTER TABLE claim ADD COLUMN interval_method TEXT;
ALTER TABLE claim ADD COLUMN bootstrap_low REAL;
ALTER TABLE claim ADD COLUMN bootstrap_high REAL;
ALTER TABLE claim ADD COLUMN fragility_relabelled TEXT;
ALTER TABLE claim ADD COLUMN fragile_rows TEXT;          -- JSON array of rows of the test split
ALTER TABLE claim ADD COLUMN rare_classes TEXT;          -- JSON array of {class, rows, lost}
ALTER TABLE claim ADD COLUMN notes TEXT;                 -- JSON array of warnings

CREATE TABLE claim_run (
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  claim TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (experiment_id, claim, run_id)
) WITHOUT ROWID;

DROP VIEW v_claim;
CREATE VIEW v_claim AS
SELECT e.name AS experiment, c.claim, c.verdict, c.reason, c.scope, c.estimate, c.ci_low, c.ci_high,
  c.ci_low_adjusted, c.ci_high_adjusted, c.alpha, c.p, c.p_adjusted, c.seeds,
  c.minimum_detectable_effect, c.fragility_rows,
  c.kind, c.metric, c.contrast, c.bound, c.is_primary, c.sentence, c.interval_method,
  c.bootstrap_low, c.bootstrap_high, c.fragility_relabelled, c.fragile_rows, c.rare_classes, c.notes,
  (SELECT json_group_array(k.run_key)
   FROM (SELECT r.run_key FROM claim_run x JOIN run r ON r.run_id = x.run_id
         WHERE x.experiment_id = c.experiment_id AND x.claim = c.claim
         ORDER BY r.run_key) k) AS run_keys
FROM claim c JOIN experiment e ON e.experiment_id = c.experiment_id;

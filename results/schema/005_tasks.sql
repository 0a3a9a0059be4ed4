-- Version 5. Data sets of other tasks than classification: a row (a sentence, a text) may hold
-- several units that are predicted (words, labels). label.row and the places in
-- evaluation.predictions count units; row_start says where each row begins.

ALTER TABLE dataset ADD COLUMN task TEXT NOT NULL DEFAULT 'classification';
ALTER TABLE dataset ADD COLUMN hierarchy TEXT;           -- JSON object: label -> the one above it

-- Of splits whose rows are not their units; rows without a unit are absent.
CREATE TABLE row_start (
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  split TEXT NOT NULL,
  first_unit INTEGER NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (dataset_id, split, first_unit)
) WITHOUT ROWID;

DROP VIEW v_prediction;
CREATE VIEW v_prediction AS
SELECT r.run_key, r.seed, v.split, v.selection, coalesce(s.row, p.key) AS row, l.label,
  p.value AS predicted, l.label = p.value AS correct, coalesce(p.key - s.first_unit, 0) AS unit
FROM run r
JOIN evaluation v ON v.run_id = r.run_id
JOIN json_each(v.predictions) p
JOIN label l ON l.dataset_id = r.dataset_id AND l.split = v.split AND l.row = p.key
LEFT JOIN row_start s ON s.dataset_id = r.dataset_id AND s.split = v.split AND s.first_unit =
  (SELECT max(b.first_unit) FROM row_start b
   WHERE b.dataset_id = r.dataset_id AND b.split = v.split AND b.first_unit <= p.key);

-- Version 7. With several labels a text, what decides a prediction: the threshold of each label's
-- probability, chosen on the validation split.

ALTER TABLE evaluation ADD COLUMN thresholds TEXT;       -- JSON array by label; NULL for other tasks

-- Those of one selection are the same for every split.
CREATE VIEW v_threshold AS
SELECT r.run_key, r.seed, v.selection, k.value AS class, t.value AS threshold
FROM run r
JOIN dataset d ON d.dataset_id = r.dataset_id
JOIN evaluation v ON v.run_id = r.run_id AND v.split = 'test'
JOIN json_each(v.thresholds) t
JOIN json_each(d.class_names) k ON k.key = t.key;

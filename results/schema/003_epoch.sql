-- Version 3. The history says how many batches stand behind each of its rows and how many of them
-- were attacked. Runs of earlier versions have NULL: result.attacked still holds every decision.

ALTER TABLE epoch ADD COLUMN batches INTEGER;
ALTER TABLE epoch ADD COLUMN attacked_batches INTEGER;

DROP VIEW v_epoch;
CREATE VIEW v_epoch AS
SELECT r.run_key, r.seed, h.epoch, 'train' AS split, 'loss' AS metric, h.train_loss AS value
FROM run r JOIN epoch h ON h.run_id = r.run_id
UNION ALL
SELECT r.run_key, r.seed, h.epoch, 'train', 'batches', h.batches
FROM run r JOIN epoch h ON h.run_id = r.run_id WHERE h.batches IS NOT NULL
UNION ALL
SELECT r.run_key, r.seed, h.epoch, 'train', 'attacked_batches', h.attacked_batches
FROM run r JOIN epoch h ON h.run_id = r.run_id WHERE h.attacked_batches IS NOT NULL
UNION ALL
SELECT r.run_key, r.seed, h.epoch, 'val', j.key, j.value
FROM run r JOIN epoch h ON h.run_id = r.run_id JOIN json_each(h.val) j;

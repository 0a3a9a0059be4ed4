-- Version 1. Tables hold each fact once; readers use the views at the end, which are the contract
-- (results/columns.md). Times are UTC, ISO 8601; JSON is text, so that json_each works on it.

CREATE TABLE experiment (
  experiment_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  file TEXT NOT NULL,
  canonical_json TEXT NOT NULL,
  registered_at TEXT NOT NULL
);

-- Earlier configurations of experiments that were changed and registered again.
CREATE TABLE experiment_history (
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  registered_at TEXT NOT NULL,
  replaced_at TEXT NOT NULL,
  canonical_json TEXT NOT NULL
);

CREATE TABLE dataset (
  dataset_id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  class_names TEXT NOT NULL              -- JSON array
);

CREATE TABLE dataset_split (
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  split TEXT NOT NULL,
  path TEXT NOT NULL,                    -- where it was last seen
  sha256 TEXT NOT NULL,
  row_count INTEGER,                     -- NULL when the labels were not loaded
  support TEXT,                          -- JSON array: rows per class
  PRIMARY KEY (dataset_id, split)
) WITHOUT ROWID;

CREATE TABLE label (
  dataset_id INTEGER NOT NULL,
  split TEXT NOT NULL,
  row INTEGER NOT NULL,
  label INTEGER NOT NULL,
  PRIMARY KEY (dataset_id, split, row)
) WITHOUT ROWID;

CREATE TABLE config (
  config_id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  json TEXT NOT NULL
);

CREATE TABLE run (
  run_id INTEGER PRIMARY KEY,
  run_key TEXT NOT NULL UNIQUE,
  seed INTEGER NOT NULL,
  config_id INTEGER NOT NULL REFERENCES config,
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  method_version INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'diverged', 'failed')),
  attempt_id INTEGER                     -- the latest
);
CREATE INDEX run_by_status ON run (status);

CREATE TABLE attempt (
  attempt_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run,
  number INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'diverged', 'failed')),
  failure_kind TEXT CHECK (failure_kind IN
    ('oom', 'timeout', 'preempted', 'killed', 'lost', 'error', 'data')),
  message TEXT NOT NULL DEFAULT '',
  started_at TEXT NOT NULL,
  heartbeat_at TEXT NOT NULL,
  ended_at TEXT,
  pid INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  process_start INTEGER NOT NULL,        -- clock ticks after boot: tells a reused pid
  host TEXT NOT NULL,
  worker_pid INTEGER NOT NULL,
  program_version TEXT NOT NULL,
  git_revision TEXT NOT NULL,
  compiler TEXT NOT NULL,
  libtorch TEXT NOT NULL,
  device TEXT NOT NULL,
  device_name TEXT NOT NULL DEFAULT '',
  driver TEXT NOT NULL DEFAULT '',
  kernel TEXT NOT NULL,
  threads INTEGER NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('isolated', 'fused')),
  concurrent_runs INTEGER NOT NULL,
  log_file TEXT NOT NULL,
  UNIQUE (run_id, number)
);
CREATE INDEX attempt_running ON attempt (outcome) WHERE outcome = 'running';

CREATE TABLE minority_set (
  minority_set_id INTEGER PRIMARY KEY,
  class_names TEXT NOT NULL UNIQUE       -- JSON array
);
CREATE TABLE minority_class (
  minority_set_id INTEGER NOT NULL REFERENCES minority_set,
  position INTEGER NOT NULL,
  class TEXT NOT NULL,
  PRIMARY KEY (minority_set_id, position)
) WITHOUT ROWID;

CREATE TABLE cell (
  cell_id INTEGER PRIMARY KEY,
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  UNIQUE (experiment_id, position)
);
CREATE TABLE cell_factor (
  cell_id INTEGER NOT NULL REFERENCES cell,
  position INTEGER NOT NULL,
  path TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (cell_id, position)
) WITHOUT ROWID;
CREATE TABLE cell_run (
  cell_id INTEGER NOT NULL REFERENCES cell,
  seed INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (cell_id, seed)
) WITHOUT ROWID;

-- Distinct runs of an experiment; several cells may share one.
CREATE TABLE experiment_run (
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  run_id INTEGER NOT NULL REFERENCES run,
  minority_set_id INTEGER REFERENCES minority_set,
  PRIMARY KEY (experiment_id, run_id)
) WITHOUT ROWID;
CREATE INDEX experiment_of_run ON experiment_run (run_id);

CREATE TABLE result (
  run_id INTEGER PRIMARY KEY REFERENCES run,
  diverged_reason TEXT NOT NULL,
  diverged_step INTEGER NOT NULL,
  best_epoch INTEGER NOT NULL,
  batches INTEGER NOT NULL,
  attacked_batches INTEGER NOT NULL,
  forward_passes INTEGER NOT NULL,
  backward_passes INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  real_tokens INTEGER NOT NULL,
  padded_tokens INTEGER NOT NULL,
  train_s REAL NOT NULL,
  wall_s REAL NOT NULL,
  peak_memory_bytes INTEGER NOT NULL,
  weights_sha256 TEXT NOT NULL,
  loss_history_sha256 TEXT NOT NULL,
  test_logits_sha256 TEXT NOT NULL,
  train_class_counts TEXT NOT NULL,      -- JSON array, realised, after augmentation
  step_losses BLOB NOT NULL,             -- float32 little-endian per step
  attacked BLOB NOT NULL,                -- bit t % 8 (lowest first) of byte t / 8: step t attacked
  steps INTEGER NOT NULL
);

CREATE TABLE epoch (
  run_id INTEGER NOT NULL REFERENCES run,
  epoch INTEGER NOT NULL,
  train_loss REAL,                       -- NULL when not a number
  val TEXT NOT NULL,                     -- JSON object: metric -> value
  PRIMARY KEY (run_id, epoch)
) WITHOUT ROWID;

CREATE TABLE evaluation (
  evaluation_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run,
  split TEXT NOT NULL,
  selection TEXT NOT NULL,
  confusion TEXT NOT NULL,               -- JSON array, classes x classes, row = true class
  predictions TEXT,                      -- JSON array, class index per row; NULL for train
  UNIQUE (run_id, split, selection)
);
CREATE TABLE metric_name (
  metric_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE metric (
  evaluation_id INTEGER NOT NULL REFERENCES evaluation,
  metric_id INTEGER NOT NULL REFERENCES metric_name,
  value REAL NOT NULL,
  PRIMARY KEY (evaluation_id, metric_id)
) WITHOUT ROWID;

CREATE TABLE claim (
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  claim TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('supported', 'refuted', 'undecided')),
  reason TEXT NOT NULL,
  scope TEXT NOT NULL,
  estimate REAL,
  ci_low REAL,
  ci_high REAL,
  ci_low_adjusted REAL,
  ci_high_adjusted REAL,
  alpha REAL,
  p REAL,
  p_adjusted REAL,
  seeds INTEGER,
  minimum_detectable_effect REAL,
  fragility_rows TEXT,
  PRIMARY KEY (experiment_id, claim)
) WITHOUT ROWID;

CREATE TABLE cost (
  cost_id INTEGER PRIMARY KEY,
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  arm TEXT NOT NULL,
  baseline TEXT NOT NULL,
  ratio REAL,
  ci_low REAL,
  ci_high REAL,
  theoretical_ratio REAL,
  attacks_ratio REAL,
  device TEXT NOT NULL,
  blocks INTEGER NOT NULL
);

-- Choices measured once per machine (kernel, threads), reused by every later run.
CREATE TABLE machine_setting (
  machine TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  measured_at TEXT NOT NULL,
  PRIMARY KEY (machine, name)
) WITHOUT ROWID;

CREATE VIEW v_run AS
SELECT r.run_key, e.name AS experiment, c.name AS cell, c.position AS cell_index, r.seed, r.status,
  CASE WHEN r.status = 'failed' THEN a.failure_kind END AS failure_kind,
  (SELECT count(*) FROM attempt n WHERE n.run_id = r.run_id) AS attempts,
  a.mode, a.concurrent_runs, a.device, a.device_name, a.kernel, a.threads,
  s.train_s, CASE WHEN a.mode = 'isolated' THEN s.wall_s END AS wall_s,
  s.batches, s.attacked_batches, s.forward_passes, s.backward_passes, s.samples,
  s.real_tokens, s.padded_tokens, s.peak_memory_bytes, s.best_epoch,
  CASE WHEN r.status = 'diverged' THEN s.diverged_reason END AS diverged_reason,
  CASE WHEN r.status = 'diverged' THEN s.diverged_step END AS diverged_step,
  s.weights_sha256, s.loss_history_sha256, s.test_logits_sha256,
  r.method_version, d.hash AS dataset, f.json AS config_json
FROM experiment e
JOIN cell c ON c.experiment_id = e.experiment_id
JOIN cell_run x ON x.cell_id = c.cell_id
JOIN run r ON r.run_id = x.run_id
JOIN config f ON f.config_id = r.config_id
JOIN dataset d ON d.dataset_id = r.dataset_id
LEFT JOIN attempt a ON a.attempt_id = r.attempt_id
LEFT JOIN result s ON s.run_id = r.run_id;

CREATE VIEW v_factor AS
SELECT DISTINCT r.run_key, e.name AS experiment, f.path, f.value
FROM experiment e
JOIN cell c ON c.experiment_id = e.experiment_id
JOIN cell_run x ON x.cell_id = c.cell_id
JOIN run r ON r.run_id = x.run_id
JOIN cell_factor f ON f.cell_id = c.cell_id;

CREATE VIEW v_cell AS
SELECT e.name AS experiment, c.position AS cell_index, c.name AS cell, f.path, f.value
FROM experiment e
JOIN cell c ON c.experiment_id = e.experiment_id
LEFT JOIN cell_factor f ON f.cell_id = c.cell_id;

CREATE VIEW v_metric AS
SELECT r.run_key, e.name AS experiment, r.seed, v.split, v.selection, n.name AS metric, m.value
FROM experiment e
JOIN experiment_run x ON x.experiment_id = e.experiment_id
JOIN run r ON r.run_id = x.run_id
JOIN evaluation v ON v.run_id = r.run_id
JOIN metric m ON m.evaluation_id = v.evaluation_id
JOIN metric_name n ON n.metric_id = m.metric_id
UNION ALL
SELECT r.run_key, e.name, r.seed, v.split, v.selection, 'minority_recall', avg(m.value)
FROM experiment e
JOIN experiment_run x ON x.experiment_id = e.experiment_id
JOIN run r ON r.run_id = x.run_id
JOIN evaluation v ON v.run_id = r.run_id
JOIN minority_class k ON k.minority_set_id = x.minority_set_id
JOIN metric_name n ON n.name = 'recall/' || k.class
JOIN metric m ON m.evaluation_id = v.evaluation_id AND m.metric_id = n.metric_id
GROUP BY x.experiment_id, x.run_id, v.evaluation_id;

CREATE VIEW v_prediction AS
SELECT r.run_key, r.seed, v.split, v.selection, p.key AS row, l.label, p.value AS predicted,
  l.label = p.value AS correct
FROM run r
JOIN evaluation v ON v.run_id = r.run_id
JOIN json_each(v.predictions) p
JOIN label l ON l.dataset_id = r.dataset_id AND l.split = v.split AND l.row = p.key;

CREATE VIEW v_epoch AS
SELECT r.run_key, r.seed, h.epoch, 'train' AS split, 'loss' AS metric, h.train_loss AS value
FROM run r JOIN epoch h ON h.run_id = r.run_id
UNION ALL
SELECT r.run_key, r.seed, h.epoch, 'val', j.key, j.value
FROM run r JOIN epoch h ON h.run_id = r.run_id JOIN json_each(h.val) j;

CREATE VIEW v_class AS
SELECT r.run_key, e.name AS experiment, r.seed, k.key AS class_index, k.value AS class,
  EXISTS (SELECT 1 FROM minority_class m
          WHERE m.minority_set_id = x.minority_set_id AND m.class = k.value) AS minority,
  (SELECT j.value FROM json_each(s.train_class_counts) j WHERE j.key = k.key) AS train_rows,
  (SELECT j.value FROM dataset_split t, json_each(t.support) j
   WHERE t.dataset_id = r.dataset_id AND t.split = 'val' AND j.key = k.key) AS val_support,
  (SELECT j.value FROM dataset_split t, json_each(t.support) j
   WHERE t.dataset_id = r.dataset_id AND t.split = 'test' AND j.key = k.key) AS test_support
FROM experiment e
JOIN experiment_run x ON x.experiment_id = e.experiment_id
JOIN run r ON r.run_id = x.run_id
JOIN dataset d ON d.dataset_id = r.dataset_id
JOIN json_each(d.class_names) k
LEFT JOIN result s ON s.run_id = r.run_id;

CREATE VIEW v_attempt AS
SELECT r.run_key, r.seed, a.number, a.outcome, a.failure_kind, a.message, a.started_at,
  a.heartbeat_at, a.ended_at, a.pid, a.boot_id, a.host, a.worker_pid, a.program_version,
  a.git_revision, a.compiler, a.libtorch, a.device, a.device_name, a.driver, a.kernel, a.threads,
  a.mode, a.concurrent_runs, a.log_file
FROM run r JOIN attempt a ON a.run_id = r.run_id;

CREATE VIEW v_claim AS
SELECT e.name AS experiment, c.claim, c.verdict, c.reason, c.scope, c.estimate, c.ci_low, c.ci_high,
  c.ci_low_adjusted, c.ci_high_adjusted, c.alpha, c.p, c.p_adjusted, c.seeds,
  c.minimum_detectable_effect, c.fragility_rows
FROM claim c JOIN experiment e ON e.experiment_id = c.experiment_id;

CREATE VIEW v_cost AS
SELECT e.name AS experiment, c.arm, c.baseline, c.ratio, c.ci_low, c.ci_high, c.theoretical_ratio,
  c.attacks_ratio, c.device, c.blocks
FROM cost c JOIN experiment e ON e.experiment_id = c.experiment_id;

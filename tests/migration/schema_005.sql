PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
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
INSERT INTO attempt VALUES(1,1,1,'done',NULL,'','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.973Z',1,'boot',1,'host',0,'','','','','cpu','a processor','','mkl',1,'isolated',1,'logs/cell0-seed0.log');
INSERT INTO attempt VALUES(2,2,1,'done',NULL,'','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.973Z',1,'boot',1,'host',0,'','','','','cpu','a processor','','mkl',1,'isolated',1,'logs/cell1-seed0.log');
INSERT INTO attempt VALUES(3,3,1,'done',NULL,'','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.973Z',1,'boot',1,'host',0,'','','','','cpu','a processor','','mkl',1,'isolated',1,'logs/cell0-seed1.log');
INSERT INTO attempt VALUES(4,4,1,'done',NULL,'','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.972Z','2026-11-21T06:13:54.973Z',1,'boot',1,'host',0,'','','','','cpu','a processor','','mkl',1,'isolated',1,'logs/cell1-seed1.log');
CREATE TABLE cell (
  cell_id INTEGER PRIMARY KEY,
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  UNIQUE (experiment_id, position)
);
INSERT INTO cell VALUES(1,1,0,'attack.epsilon=0 attack.p_rat=0',1);
INSERT INTO cell VALUES(2,1,1,'attack.epsilon=1 attack.p_rat=0.5',1);
INSERT INTO cell VALUES(3,1,2,'attack.epsilon=2 attack.p_rat=0',1);
CREATE TABLE cell_factor (
  cell_id INTEGER NOT NULL REFERENCES cell,
  position INTEGER NOT NULL,
  path TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (cell_id, position)
) WITHOUT ROWID;
INSERT INTO cell_factor VALUES(1,0,'attack.epsilon','0');
INSERT INTO cell_factor VALUES(1,1,'attack.p_rat','0');
INSERT INTO cell_factor VALUES(2,0,'attack.epsilon','1');
INSERT INTO cell_factor VALUES(2,1,'attack.p_rat','0.5');
INSERT INTO cell_factor VALUES(3,0,'attack.epsilon','2');
INSERT INTO cell_factor VALUES(3,1,'attack.p_rat','0');
CREATE TABLE cell_run (
  cell_id INTEGER NOT NULL REFERENCES cell,
  seed INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (cell_id, seed)
) WITHOUT ROWID;
INSERT INTO cell_run VALUES(1,0,1);
INSERT INTO cell_run VALUES(1,1,3);
INSERT INTO cell_run VALUES(2,0,2);
INSERT INTO cell_run VALUES(2,1,4);
INSERT INTO cell_run VALUES(3,0,1);
INSERT INTO cell_run VALUES(3,1,3);
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
  fragility_rows TEXT, kind TEXT, metric TEXT, contrast TEXT, bound REAL, is_primary INTEGER, sentence TEXT, interval_method TEXT, bootstrap_low REAL, bootstrap_high REAL, fragility_relabelled TEXT, fragile_rows TEXT, rare_classes TEXT, notes TEXT,
  PRIMARY KEY (experiment_id, claim)
) WITHOUT ROWID;
INSERT INTO claim VALUES(1,'gain','undecided','the interval lies on both sides of +0.0','on data/test.safetensors (5 test rows), features as given, model mlp, 2 seeds',0.25,-0.5,1.0,-0.75,1.25,0.025000000000000001387,0.29999999999999998889,0.59999999999999997779,2,0.9000000000000000222,'more than 1','difference','macro_f1','rat - none',0.0,1,'Neither shown nor refuted.','two-way influence (seeds and rows)',-0.4000000000000000222,0.9000000000000000222,'1','[]','[{"class":"gamma","lost":[],"rows":1}]','[]');
CREATE TABLE claim_run (
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  claim TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run,
  PRIMARY KEY (experiment_id, claim, run_id)
) WITHOUT ROWID;
INSERT INTO claim_run VALUES(1,'gain',1);
INSERT INTO claim_run VALUES(1,'gain',3);
CREATE TABLE config (
  config_id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  json TEXT NOT NULL
);
INSERT INTO config VALUES(1,'0ab8b67e54648d763b8b9545e34cc46a48f3599f6f94024070cddfbf211af091','{"attack.p_rat":0,"data.minority_classes":["BETA, B","gamma"],"train.clip_norm":null,"train.lr":0.001}');
INSERT INTO config VALUES(2,'f2c359c4a895631911bce1dc8d5b99a0f91b61e4123790f66723ec8069431e6c','{"attack.p_rat":0.5,"data.minority_classes":["BETA, B","gamma"],"train.clip_norm":null,"train.lr":0.001}');
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
, above TEXT, is_aa INTEGER, usable INTEGER, problem TEXT, measured_at TEXT, stopped_by TEXT, block_steps INTEGER, disturbed_blocks INTEGER, ci999_low REAL, ci999_high REAL, step_s REAL, samples_per_s REAL, phase_s TEXT, peak_memory_bytes INTEGER, energy_j REAL, device_name TEXT, kernel TEXT, threads INTEGER, precision TEXT, optimiser TEXT, host TEXT, program_version TEXT, git_revision TEXT, blocks_json TEXT);
CREATE TABLE dataset (
  dataset_id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  class_names TEXT NOT NULL              -- JSON array
, task TEXT NOT NULL DEFAULT 'classification', hierarchy TEXT);
INSERT INTO dataset VALUES(1,'f7dd183a04e183da0d41639170f510205ddad987ea9f7ee1c048eecc49281bbf','["ALPHA","BETA, B","gamma"]','classification',NULL);
CREATE TABLE dataset_split (
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  split TEXT NOT NULL,
  path TEXT NOT NULL,                    -- where it was last seen
  sha256 TEXT NOT NULL,
  row_count INTEGER,                     -- NULL when the labels were not loaded
  support TEXT,                          -- JSON array: rows per class
  PRIMARY KEY (dataset_id, split)
) WITHOUT ROWID;
INSERT INTO dataset_split VALUES(1,'test','/data/test.safetensors','hash-of-test',5,'[2,2,1]');
INSERT INTO dataset_split VALUES(1,'train','/data/train.safetensors','hash-of-train',6,'[3,2,1]');
INSERT INTO dataset_split VALUES(1,'val','/data/val.safetensors','hash-of-val',4,'[2,1,1]');
CREATE TABLE epoch (
  run_id INTEGER NOT NULL REFERENCES run,
  epoch INTEGER NOT NULL,
  train_loss REAL,                       -- NULL when not a number
  val TEXT NOT NULL, batches INTEGER, attacked_batches INTEGER,                     -- JSON object: metric -> value
  PRIMARY KEY (run_id, epoch)
) WITHOUT ROWID;
INSERT INTO epoch VALUES(1,1,0.9000000000000000222,'{"macro_f1":0.25}',NULL,NULL);
INSERT INTO epoch VALUES(1,2,0.10000000000000000555,'{"macro_f1":0.3333333333333333}',NULL,NULL);
INSERT INTO epoch VALUES(2,1,0.9000000000000000222,'{"macro_f1":0.25}',NULL,NULL);
INSERT INTO epoch VALUES(2,2,0.10000000000000000555,'{"macro_f1":0.3333333333333333}',NULL,NULL);
INSERT INTO epoch VALUES(3,1,0.9000000000000000222,'{"macro_f1":0.25}',NULL,NULL);
INSERT INTO epoch VALUES(3,2,0.10000000000000000555,'{"macro_f1":0.3333333333333333}',NULL,NULL);
INSERT INTO epoch VALUES(4,1,0.9000000000000000222,'{"macro_f1":0.25}',NULL,NULL);
INSERT INTO epoch VALUES(4,2,0.10000000000000000555,'{"macro_f1":0.3333333333333333}',NULL,NULL);
CREATE TABLE evaluation (
  evaluation_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES run,
  split TEXT NOT NULL,
  selection TEXT NOT NULL,
  confusion TEXT NOT NULL,               -- JSON array, classes x classes, row = true class
  predictions TEXT,                      -- JSON array, class index per row; NULL for train
  UNIQUE (run_id, split, selection)
);
INSERT INTO evaluation VALUES(1,1,'val','best','[1,0,1,1,0,0,1,0,0]','[0,2,0,0]');
INSERT INTO evaluation VALUES(2,1,'val','last','[1,0,1,0,0,1,0,0,1]','[0,2,2,2]');
INSERT INTO evaluation VALUES(3,1,'test','best','[0,0,2,0,1,1,0,0,1]','[2,2,1,2,2]');
INSERT INTO evaluation VALUES(4,1,'test','last','[0,0,2,1,0,1,1,0,0]','[2,2,2,0,0]');
INSERT INTO evaluation VALUES(5,1,'train','last','[3,0,0,1,1,0,0,0,1]',NULL);
INSERT INTO evaluation VALUES(6,2,'val','best','[1,1,0,0,0,1,0,1,0]','[1,0,2,1]');
INSERT INTO evaluation VALUES(7,2,'val','last','[0,1,1,1,0,0,0,1,0]','[2,1,0,1]');
INSERT INTO evaluation VALUES(8,2,'test','best','[0,1,1,0,2,0,1,0,0]','[1,2,1,1,0]');
INSERT INTO evaluation VALUES(9,2,'test','last','[2,0,0,1,1,0,0,1,0]','[0,0,1,0,1]');
INSERT INTO evaluation VALUES(10,2,'train','last','[3,0,0,1,1,0,0,0,1]',NULL);
INSERT INTO evaluation VALUES(11,3,'val','best','[1,0,1,1,0,0,0,0,1]','[0,2,0,2]');
INSERT INTO evaluation VALUES(12,3,'val','last','[0,1,1,1,0,0,0,1,0]','[1,2,0,1]');
INSERT INTO evaluation VALUES(13,3,'test','best','[0,1,1,1,1,0,0,0,1]','[1,2,0,1,2]');
INSERT INTO evaluation VALUES(14,3,'test','last','[1,0,1,1,0,1,1,0,0]','[2,0,0,2,0]');
INSERT INTO evaluation VALUES(15,3,'train','last','[3,0,0,1,1,0,0,0,1]',NULL);
INSERT INTO evaluation VALUES(16,4,'val','best','[0,2,0,0,1,0,0,0,1]','[1,1,1,2]');
INSERT INTO evaluation VALUES(17,4,'val','last','[2,0,0,0,0,1,1,0,0]','[0,0,2,0]');
INSERT INTO evaluation VALUES(18,4,'test','best','[1,1,0,1,0,1,0,1,0]','[1,0,0,2,1]');
INSERT INTO evaluation VALUES(19,4,'test','last','[1,0,1,2,0,0,0,1,0]','[2,0,0,0,1]');
INSERT INTO evaluation VALUES(20,4,'train','last','[3,0,0,1,1,0,0,0,1]',NULL);
CREATE TABLE experiment (
  experiment_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  file TEXT NOT NULL,
  canonical_json TEXT NOT NULL,
  registered_at TEXT NOT NULL
);
INSERT INTO experiment VALUES(1,'small','A small "world"','experiments/small.json','{"name":"small"}','2026-11-21T06:13:54.947Z');
CREATE TABLE experiment_history (
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  registered_at TEXT NOT NULL,
  replaced_at TEXT NOT NULL,
  canonical_json TEXT NOT NULL
);
CREATE TABLE experiment_run (
  experiment_id INTEGER NOT NULL REFERENCES experiment,
  run_id INTEGER NOT NULL REFERENCES run,
  minority_set_id INTEGER REFERENCES minority_set,
  PRIMARY KEY (experiment_id, run_id)
) WITHOUT ROWID;
INSERT INTO experiment_run VALUES(1,1,1);
INSERT INTO experiment_run VALUES(1,2,1);
INSERT INTO experiment_run VALUES(1,3,1);
INSERT INTO experiment_run VALUES(1,4,1);
CREATE TABLE label (
  dataset_id INTEGER NOT NULL,
  split TEXT NOT NULL,
  row INTEGER NOT NULL,
  label INTEGER NOT NULL,
  PRIMARY KEY (dataset_id, split, row)
) WITHOUT ROWID;
INSERT INTO label VALUES(1,'test',0,0);
INSERT INTO label VALUES(1,'test',1,0);
INSERT INTO label VALUES(1,'test',2,1);
INSERT INTO label VALUES(1,'test',3,1);
INSERT INTO label VALUES(1,'test',4,2);
INSERT INTO label VALUES(1,'train',0,0);
INSERT INTO label VALUES(1,'train',1,0);
INSERT INTO label VALUES(1,'train',2,0);
INSERT INTO label VALUES(1,'train',3,1);
INSERT INTO label VALUES(1,'train',4,1);
INSERT INTO label VALUES(1,'train',5,2);
INSERT INTO label VALUES(1,'val',0,0);
INSERT INTO label VALUES(1,'val',1,0);
INSERT INTO label VALUES(1,'val',2,1);
INSERT INTO label VALUES(1,'val',3,2);
CREATE TABLE machine_setting (
  machine TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  measured_at TEXT NOT NULL,
  PRIMARY KEY (machine, name)
) WITHOUT ROWID;
CREATE TABLE metric (
  evaluation_id INTEGER NOT NULL REFERENCES evaluation,
  metric_id INTEGER NOT NULL REFERENCES metric_name,
  value REAL NOT NULL,
  PRIMARY KEY (evaluation_id, metric_id)
) WITHOUT ROWID;
INSERT INTO metric VALUES(1,1,0.13333333333333333148);
INSERT INTO metric VALUES(1,2,0.13333333333333333148);
INSERT INTO metric VALUES(1,3,0.25);
INSERT INTO metric VALUES(1,4,0.2000000000000000111);
INSERT INTO metric VALUES(1,5,0.25);
INSERT INTO metric VALUES(1,6,0.16666666666666665741);
INSERT INTO metric VALUES(1,7,0.33333333333333331482);
INSERT INTO metric VALUES(1,8,0.5);
INSERT INTO metric VALUES(1,9,0.4000000000000000222);
INSERT INTO metric VALUES(1,10,0.0);
INSERT INTO metric VALUES(1,11,0.0);
INSERT INTO metric VALUES(1,12,0.0);
INSERT INTO metric VALUES(1,13,0.0);
INSERT INTO metric VALUES(1,14,0.0);
INSERT INTO metric VALUES(1,15,0.0);
INSERT INTO metric VALUES(2,1,0.38888888888888883954);
INSERT INTO metric VALUES(2,2,0.47058823529411764052);
INSERT INTO metric VALUES(2,3,0.5);
INSERT INTO metric VALUES(2,4,0.45833333333333331482);
INSERT INTO metric VALUES(2,5,0.5);
INSERT INTO metric VALUES(2,6,0.5);
INSERT INTO metric VALUES(2,7,1.0);
INSERT INTO metric VALUES(2,8,0.5);
INSERT INTO metric VALUES(2,9,0.66666666666666662965);
INSERT INTO metric VALUES(2,10,0.0);
INSERT INTO metric VALUES(2,11,0.0);
INSERT INTO metric VALUES(2,12,0.0);
INSERT INTO metric VALUES(2,13,0.33333333333333331482);
INSERT INTO metric VALUES(2,14,1.0);
INSERT INTO metric VALUES(2,15,0.5);
INSERT INTO metric VALUES(3,1,0.35555555555555551361);
INSERT INTO metric VALUES(3,2,0.45454545454545453031);
INSERT INTO metric VALUES(3,3,0.4000000000000000222);
INSERT INTO metric VALUES(3,4,0.3466666666666666785);
INSERT INTO metric VALUES(3,5,0.4000000000000000222);
INSERT INTO metric VALUES(3,6,0.5);
INSERT INTO metric VALUES(3,7,0.0);
INSERT INTO metric VALUES(3,8,0.0);
INSERT INTO metric VALUES(3,9,0.0);
INSERT INTO metric VALUES(3,10,1.0);
INSERT INTO metric VALUES(3,11,0.5);
INSERT INTO metric VALUES(3,12,0.66666666666666662965);
INSERT INTO metric VALUES(3,13,0.25);
INSERT INTO metric VALUES(3,14,1.0);
INSERT INTO metric VALUES(3,15,0.4000000000000000222);
INSERT INTO metric VALUES(4,1,0.0);
INSERT INTO metric VALUES(4,2,0.0);
INSERT INTO metric VALUES(4,3,0.0);
INSERT INTO metric VALUES(4,4,0.0);
INSERT INTO metric VALUES(4,5,0.0);
INSERT INTO metric VALUES(4,6,0.0);
INSERT INTO metric VALUES(4,7,0.0);
INSERT INTO metric VALUES(4,8,0.0);
INSERT INTO metric VALUES(4,9,0.0);
INSERT INTO metric VALUES(4,10,0.0);
INSERT INTO metric VALUES(4,11,0.0);
INSERT INTO metric VALUES(4,12,0.0);
INSERT INTO metric VALUES(4,13,0.0);
INSERT INTO metric VALUES(4,14,0.0);
INSERT INTO metric VALUES(4,15,0.0);
INSERT INTO metric VALUES(5,1,0.84126984126984116763);
INSERT INTO metric VALUES(5,2,0.87301587301587291189);
INSERT INTO metric VALUES(5,3,0.83333333333333337034);
INSERT INTO metric VALUES(5,4,0.81746031746031733167);
INSERT INTO metric VALUES(5,5,0.83333333333333337034);
INSERT INTO metric VALUES(5,6,0.83333333333333337034);
INSERT INTO metric VALUES(5,7,0.75);
INSERT INTO metric VALUES(5,8,1.0);
INSERT INTO metric VALUES(5,9,0.85714285714285709527);
INSERT INTO metric VALUES(5,10,1.0);
INSERT INTO metric VALUES(5,11,0.5);
INSERT INTO metric VALUES(5,12,0.66666666666666662965);
INSERT INTO metric VALUES(5,13,1.0);
INSERT INTO metric VALUES(5,14,1.0);
INSERT INTO metric VALUES(5,15,1.0);
INSERT INTO metric VALUES(6,1,0.22222222222222220988);
INSERT INTO metric VALUES(6,2,0.22222222222222220988);
INSERT INTO metric VALUES(6,3,0.25);
INSERT INTO metric VALUES(6,4,0.33333333333333331482);
INSERT INTO metric VALUES(6,5,0.25);
INSERT INTO metric VALUES(6,6,0.16666666666666665741);
INSERT INTO metric VALUES(6,7,1.0);
INSERT INTO metric VALUES(6,8,0.5);
INSERT INTO metric VALUES(6,9,0.66666666666666662965);
INSERT INTO metric VALUES(6,10,0.0);
INSERT INTO metric VALUES(6,11,0.0);
INSERT INTO metric VALUES(6,12,0.0);
INSERT INTO metric VALUES(6,13,0.0);
INSERT INTO metric VALUES(6,14,0.0);
INSERT INTO metric VALUES(6,15,0.0);
INSERT INTO metric VALUES(7,1,0.0);
INSERT INTO metric VALUES(7,2,0.0);
INSERT INTO metric VALUES(7,3,0.0);
INSERT INTO metric VALUES(7,4,0.0);
INSERT INTO metric VALUES(7,5,0.0);
INSERT INTO metric VALUES(7,6,0.0);
INSERT INTO metric VALUES(7,7,0.0);
INSERT INTO metric VALUES(7,8,0.0);
INSERT INTO metric VALUES(7,9,0.0);
INSERT INTO metric VALUES(7,10,0.0);
INSERT INTO metric VALUES(7,11,0.0);
INSERT INTO metric VALUES(7,12,0.0);
INSERT INTO metric VALUES(7,13,0.0);
INSERT INTO metric VALUES(7,14,0.0);
INSERT INTO metric VALUES(7,15,0.0);
INSERT INTO metric VALUES(8,1,0.26666666666666666296);
INSERT INTO metric VALUES(8,2,0.26666666666666666296);
INSERT INTO metric VALUES(8,3,0.4000000000000000222);
INSERT INTO metric VALUES(8,4,0.32000000000000000666);
INSERT INTO metric VALUES(8,5,0.4000000000000000222);
INSERT INTO metric VALUES(8,6,0.33333333333333331482);
INSERT INTO metric VALUES(8,7,0.0);
INSERT INTO metric VALUES(8,8,0.0);
INSERT INTO metric VALUES(8,9,0.0);
INSERT INTO metric VALUES(8,10,0.66666666666666662965);
INSERT INTO metric VALUES(8,11,1.0);
INSERT INTO metric VALUES(8,12,0.8000000000000000444);
INSERT INTO metric VALUES(8,13,0.0);
INSERT INTO metric VALUES(8,14,0.0);
INSERT INTO metric VALUES(8,15,0.0);
INSERT INTO metric VALUES(9,1,0.43333333333333334813);
INSERT INTO metric VALUES(9,2,0.43749999999999994448);
INSERT INTO metric VALUES(9,3,0.59999999999999997779);
INSERT INTO metric VALUES(9,4,0.52000000000000001776);
INSERT INTO metric VALUES(9,5,0.59999999999999997779);
INSERT INTO metric VALUES(9,6,0.5);
INSERT INTO metric VALUES(9,7,0.66666666666666662965);
INSERT INTO metric VALUES(9,8,1.0);
INSERT INTO metric VALUES(9,9,0.8000000000000000444);
INSERT INTO metric VALUES(9,10,0.5);
INSERT INTO metric VALUES(9,11,0.5);
INSERT INTO metric VALUES(9,12,0.5);
INSERT INTO metric VALUES(9,13,0.0);
INSERT INTO metric VALUES(9,14,0.0);
INSERT INTO metric VALUES(9,15,0.0);
INSERT INTO metric VALUES(10,1,0.84126984126984116763);
INSERT INTO metric VALUES(10,2,0.87301587301587291189);
INSERT INTO metric VALUES(10,3,0.83333333333333337034);
INSERT INTO metric VALUES(10,4,0.81746031746031733167);
INSERT INTO metric VALUES(10,5,0.83333333333333337034);
INSERT INTO metric VALUES(10,6,0.83333333333333337034);
INSERT INTO metric VALUES(10,7,0.75);
INSERT INTO metric VALUES(10,8,1.0);
INSERT INTO metric VALUES(10,9,0.85714285714285709527);
INSERT INTO metric VALUES(10,10,1.0);
INSERT INTO metric VALUES(10,11,0.5);
INSERT INTO metric VALUES(10,12,0.66666666666666662965);
INSERT INTO metric VALUES(10,13,1.0);
INSERT INTO metric VALUES(10,14,1.0);
INSERT INTO metric VALUES(10,15,1.0);
INSERT INTO metric VALUES(11,1,0.38888888888888883954);
INSERT INTO metric VALUES(11,2,0.4000000000000000222);
INSERT INTO metric VALUES(11,3,0.5);
INSERT INTO metric VALUES(11,4,0.41666666666666662965);
INSERT INTO metric VALUES(11,5,0.5);
INSERT INTO metric VALUES(11,6,0.5);
INSERT INTO metric VALUES(11,7,0.5);
INSERT INTO metric VALUES(11,8,0.5);
INSERT INTO metric VALUES(11,9,0.5);
INSERT INTO metric VALUES(11,10,0.0);
INSERT INTO metric VALUES(11,11,0.0);
INSERT INTO metric VALUES(11,12,0.0);
INSERT INTO metric VALUES(11,13,0.5);
INSERT INTO metric VALUES(11,14,1.0);
INSERT INTO metric VALUES(11,15,0.66666666666666662965);
INSERT INTO metric VALUES(12,1,0.0);
INSERT INTO metric VALUES(12,2,0.0);
INSERT INTO metric VALUES(12,3,0.0);
INSERT INTO metric VALUES(12,4,0.0);
INSERT INTO metric VALUES(12,5,0.0);
INSERT INTO metric VALUES(12,6,0.0);
INSERT INTO metric VALUES(12,7,0.0);
INSERT INTO metric VALUES(12,8,0.0);
INSERT INTO metric VALUES(12,9,0.0);
INSERT INTO metric VALUES(12,10,0.0);
INSERT INTO metric VALUES(12,11,0.0);
INSERT INTO metric VALUES(12,12,0.0);
INSERT INTO metric VALUES(12,13,0.0);
INSERT INTO metric VALUES(12,14,0.0);
INSERT INTO metric VALUES(12,15,0.0);
INSERT INTO metric VALUES(13,1,0.38888888888888883954);
INSERT INTO metric VALUES(13,2,0.4000000000000000222);
INSERT INTO metric VALUES(13,3,0.4000000000000000222);
INSERT INTO metric VALUES(13,4,0.33333333333333331482);
INSERT INTO metric VALUES(13,5,0.4000000000000000222);
INSERT INTO metric VALUES(13,6,0.5);
INSERT INTO metric VALUES(13,7,0.0);
INSERT INTO metric VALUES(13,8,0.0);
INSERT INTO metric VALUES(13,9,0.0);
INSERT INTO metric VALUES(13,10,0.5);
INSERT INTO metric VALUES(13,11,0.5);
INSERT INTO metric VALUES(13,12,0.5);
INSERT INTO metric VALUES(13,13,0.5);
INSERT INTO metric VALUES(13,14,1.0);
INSERT INTO metric VALUES(13,15,0.66666666666666662965);
INSERT INTO metric VALUES(14,1,0.13333333333333333148);
INSERT INTO metric VALUES(14,2,0.13333333333333333148);
INSERT INTO metric VALUES(14,3,0.2000000000000000111);
INSERT INTO metric VALUES(14,4,0.16000000000000000333);
INSERT INTO metric VALUES(14,5,0.2000000000000000111);
INSERT INTO metric VALUES(14,6,0.16666666666666665741);
INSERT INTO metric VALUES(14,7,0.33333333333333331482);
INSERT INTO metric VALUES(14,8,0.5);
INSERT INTO metric VALUES(14,9,0.4000000000000000222);
INSERT INTO metric VALUES(14,10,0.0);
INSERT INTO metric VALUES(14,11,0.0);
INSERT INTO metric VALUES(14,12,0.0);
INSERT INTO metric VALUES(14,13,0.0);
INSERT INTO metric VALUES(14,14,0.0);
INSERT INTO metric VALUES(14,15,0.0);
INSERT INTO metric VALUES(15,1,0.84126984126984116763);
INSERT INTO metric VALUES(15,2,0.87301587301587291189);
INSERT INTO metric VALUES(15,3,0.83333333333333337034);
INSERT INTO metric VALUES(15,4,0.81746031746031733167);
INSERT INTO metric VALUES(15,5,0.83333333333333337034);
INSERT INTO metric VALUES(15,6,0.83333333333333337034);
INSERT INTO metric VALUES(15,7,0.75);
INSERT INTO metric VALUES(15,8,1.0);
INSERT INTO metric VALUES(15,9,0.85714285714285709527);
INSERT INTO metric VALUES(15,10,1.0);
INSERT INTO metric VALUES(15,11,0.5);
INSERT INTO metric VALUES(15,12,0.66666666666666662965);
INSERT INTO metric VALUES(15,13,1.0);
INSERT INTO metric VALUES(15,14,1.0);
INSERT INTO metric VALUES(15,15,1.0);
INSERT INTO metric VALUES(16,1,0.5);
INSERT INTO metric VALUES(16,2,0.53333333333333332593);
INSERT INTO metric VALUES(16,3,0.5);
INSERT INTO metric VALUES(16,4,0.375);
INSERT INTO metric VALUES(16,5,0.5);
INSERT INTO metric VALUES(16,6,0.66666666666666662965);
INSERT INTO metric VALUES(16,7,0.0);
INSERT INTO metric VALUES(16,8,0.0);
INSERT INTO metric VALUES(16,9,0.0);
INSERT INTO metric VALUES(16,10,0.33333333333333331482);
INSERT INTO metric VALUES(16,11,1.0);
INSERT INTO metric VALUES(16,12,0.5);
INSERT INTO metric VALUES(16,13,1.0);
INSERT INTO metric VALUES(16,14,1.0);
INSERT INTO metric VALUES(16,15,1.0);
INSERT INTO metric VALUES(17,1,0.26666666666666666296);
INSERT INTO metric VALUES(17,2,0.26666666666666666296);
INSERT INTO metric VALUES(17,3,0.5);
INSERT INTO metric VALUES(17,4,0.4000000000000000222);
INSERT INTO metric VALUES(17,5,0.5);
INSERT INTO metric VALUES(17,6,0.33333333333333331482);
INSERT INTO metric VALUES(17,7,0.66666666666666662965);
INSERT INTO metric VALUES(17,8,1.0);
INSERT INTO metric VALUES(17,9,0.8000000000000000444);
INSERT INTO metric VALUES(17,10,0.0);
INSERT INTO metric VALUES(17,11,0.0);
INSERT INTO metric VALUES(17,12,0.0);
INSERT INTO metric VALUES(17,13,0.0);
INSERT INTO metric VALUES(17,14,0.0);
INSERT INTO metric VALUES(17,15,0.0);
INSERT INTO metric VALUES(18,1,0.16666666666666665741);
INSERT INTO metric VALUES(18,2,0.16666666666666665741);
INSERT INTO metric VALUES(18,3,0.2000000000000000111);
INSERT INTO metric VALUES(18,4,0.2000000000000000111);
INSERT INTO metric VALUES(18,5,0.2000000000000000111);
INSERT INTO metric VALUES(18,6,0.16666666666666665741);
INSERT INTO metric VALUES(18,7,0.5);
INSERT INTO metric VALUES(18,8,0.5);
INSERT INTO metric VALUES(18,9,0.5);
INSERT INTO metric VALUES(18,10,0.0);
INSERT INTO metric VALUES(18,11,0.0);
INSERT INTO metric VALUES(18,12,0.0);
INSERT INTO metric VALUES(18,13,0.0);
INSERT INTO metric VALUES(18,14,0.0);
INSERT INTO metric VALUES(18,15,0.0);
INSERT INTO metric VALUES(19,1,0.13333333333333333148);
INSERT INTO metric VALUES(19,2,0.13333333333333333148);
INSERT INTO metric VALUES(19,3,0.2000000000000000111);
INSERT INTO metric VALUES(19,4,0.16000000000000000333);
INSERT INTO metric VALUES(19,5,0.2000000000000000111);
INSERT INTO metric VALUES(19,6,0.16666666666666665741);
INSERT INTO metric VALUES(19,7,0.33333333333333331482);
INSERT INTO metric VALUES(19,8,0.5);
INSERT INTO metric VALUES(19,9,0.4000000000000000222);
INSERT INTO metric VALUES(19,10,0.0);
INSERT INTO metric VALUES(19,11,0.0);
INSERT INTO metric VALUES(19,12,0.0);
INSERT INTO metric VALUES(19,13,0.0);
INSERT INTO metric VALUES(19,14,0.0);
INSERT INTO metric VALUES(19,15,0.0);
INSERT INTO metric VALUES(20,1,0.84126984126984116763);
INSERT INTO metric VALUES(20,2,0.87301587301587291189);
INSERT INTO metric VALUES(20,3,0.83333333333333337034);
INSERT INTO metric VALUES(20,4,0.81746031746031733167);
INSERT INTO metric VALUES(20,5,0.83333333333333337034);
INSERT INTO metric VALUES(20,6,0.83333333333333337034);
INSERT INTO metric VALUES(20,7,0.75);
INSERT INTO metric VALUES(20,8,1.0);
INSERT INTO metric VALUES(20,9,0.85714285714285709527);
INSERT INTO metric VALUES(20,10,1.0);
INSERT INTO metric VALUES(20,11,0.5);
INSERT INTO metric VALUES(20,12,0.66666666666666662965);
INSERT INTO metric VALUES(20,13,1.0);
INSERT INTO metric VALUES(20,14,1.0);
INSERT INTO metric VALUES(20,15,1.0);
CREATE TABLE metric_name (
  metric_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
INSERT INTO metric_name VALUES(1,'macro_f1');
INSERT INTO metric_name VALUES(2,'macro_f1_of_means');
INSERT INTO metric_name VALUES(3,'micro_f1');
INSERT INTO metric_name VALUES(4,'weighted_f1');
INSERT INTO metric_name VALUES(5,'accuracy');
INSERT INTO metric_name VALUES(6,'balanced_accuracy');
INSERT INTO metric_name VALUES(7,'precision/ALPHA');
INSERT INTO metric_name VALUES(8,'recall/ALPHA');
INSERT INTO metric_name VALUES(9,'f1/ALPHA');
INSERT INTO metric_name VALUES(10,'precision/BETA, B');
INSERT INTO metric_name VALUES(11,'recall/BETA, B');
INSERT INTO metric_name VALUES(12,'f1/BETA, B');
INSERT INTO metric_name VALUES(13,'precision/gamma');
INSERT INTO metric_name VALUES(14,'recall/gamma');
INSERT INTO metric_name VALUES(15,'f1/gamma');
CREATE TABLE minority_class (
  minority_set_id INTEGER NOT NULL REFERENCES minority_set,
  position INTEGER NOT NULL,
  class TEXT NOT NULL,
  PRIMARY KEY (minority_set_id, position)
) WITHOUT ROWID;
INSERT INTO minority_class VALUES(1,0,'BETA, B');
INSERT INTO minority_class VALUES(1,1,'gamma');
CREATE TABLE minority_set (
  minority_set_id INTEGER PRIMARY KEY,
  class_names TEXT NOT NULL UNIQUE       -- JSON array
);
INSERT INTO minority_set VALUES(1,'["BETA, B","gamma"]');
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
INSERT INTO result VALUES(1,'',-1,2,9,4,13,13,18,0,0,0.25,0.5,1048576,'weights-of-cell0-seed0','losses-of-cell0-seed0','logits-of-cell0-seed0','[3,2,21]',X'0000803f0000003fabaaaa3e0000803ecdcc4c3eabaa2a3e2549123e0000003e398ee33d',X'9201',9);
INSERT INTO result VALUES(2,'',-1,2,9,4,13,13,18,0,0,0.25,0.5,1048576,'weights-of-cell1-seed0','losses-of-cell1-seed0','logits-of-cell1-seed0','[3,2,21]',X'0000803f0000003fabaaaa3e0000803ecdcc4c3eabaa2a3e2549123e0000003e398ee33d',X'9201',9);
INSERT INTO result VALUES(3,'',-1,2,9,4,13,13,18,0,0,0.25,0.5,1048576,'weights-of-cell0-seed1','losses-of-cell0-seed1','logits-of-cell0-seed1','[3,2,21]',X'0000803f0000003fabaaaa3e0000803ecdcc4c3eabaa2a3e2549123e0000003e398ee33d',X'9201',9);
INSERT INTO result VALUES(4,'',-1,2,9,4,13,13,18,0,0,0.25,0.5,1048576,'weights-of-cell1-seed1','losses-of-cell1-seed1','logits-of-cell1-seed1','[3,2,21]',X'0000803f0000003fabaaaa3e0000803ecdcc4c3eabaa2a3e2549123e0000003e398ee33d',X'9201',9);
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
INSERT INTO run VALUES(1,'cell0-seed0',0,1,1,1,'done',1);
INSERT INTO run VALUES(2,'cell1-seed0',0,2,1,1,'done',2);
INSERT INTO run VALUES(3,'cell0-seed1',1,1,1,1,'done',3);
INSERT INTO run VALUES(4,'cell1-seed1',1,2,1,1,'done',4);
CREATE TABLE row_start (
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  split TEXT NOT NULL,
  first_unit INTEGER NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (dataset_id, split, first_unit)
) WITHOUT ROWID;
CREATE INDEX run_by_status ON run (status);
CREATE INDEX attempt_running ON attempt (outcome) WHERE outcome = 'running';
CREATE INDEX experiment_of_run ON experiment_run (run_id);
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
  c.minimum_detectable_effect, c.fragility_rows,
  c.kind, c.metric, c.contrast, c.bound, c.is_primary, c.sentence, c.interval_method,
  c.bootstrap_low, c.bootstrap_high, c.fragility_relabelled, c.fragile_rows, c.rare_classes, c.notes,
  (SELECT json_group_array(k.run_key)
   FROM (SELECT r.run_key FROM claim_run x JOIN run r ON r.run_id = x.run_id
         WHERE x.experiment_id = c.experiment_id AND x.claim = c.claim
         ORDER BY r.run_key) k) AS run_keys
FROM claim c JOIN experiment e ON e.experiment_id = c.experiment_id;
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
CREATE VIEW v_cost AS
SELECT e.name AS experiment, c.arm, c.baseline, c.ratio, c.ci_low, c.ci_high, c.theoretical_ratio,
  c.attacks_ratio, c.device, c.blocks, nullif(c.above, '') AS above, c.is_aa, c.usable, c.problem,
  c.measured_at, c.stopped_by, c.block_steps, c.disturbed_blocks, c.ci999_low, c.ci999_high,
  c.step_s, c.samples_per_s, c.phase_s, c.peak_memory_bytes, c.energy_j, c.device_name, c.kernel,
  c.threads, c.precision, c.optimiser, c.host, c.program_version, c.git_revision, c.blocks_json
FROM cost c JOIN experiment e ON e.experiment_id = c.experiment_id;
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
COMMIT;
PRAGMA application_id=1380013122;
PRAGMA user_version=5;

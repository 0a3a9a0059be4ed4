-- Version 6. Cost measurements say more of their conditions, of energy, and of the cost model; runs
-- of Google Benchmark programs are kept beside them.

ALTER TABLE cost ADD COLUMN cells TEXT;                  -- JSON array: cells that the arm trains
ALTER TABLE cost ADD COLUMN padding_share REAL;          -- NULL for inputs without tokens
ALTER TABLE cost ADD COLUMN energy_source TEXT;          -- or why it is not available
ALTER TABLE cost ADD COLUMN core INTEGER;                -- that the worker was pinned to
ALTER TABLE cost ADD COLUMN not_pinned TEXT;             -- why not
ALTER TABLE cost ADD COLUMN mean_step_s REAL;            -- of undisturbed blocks
ALTER TABLE cost ADD COLUMN forward_passes REAL;         -- of a step of them
ALTER TABLE cost ADD COLUMN backward_passes REAL;
ALTER TABLE cost ADD COLUMN model_step_s REAL;           -- what the cost model gives for them
ALTER TABLE cost ADD COLUMN model TEXT;                  -- JSON object of its coefficients

CREATE TABLE benchmark (
  benchmark_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  repetition INTEGER NOT NULL,
  host TEXT NOT NULL,
  measured_at TEXT NOT NULL,
  iterations INTEGER NOT NULL,
  cpu_s REAL NOT NULL,                                   -- of one iteration
  real_s REAL NOT NULL,
  label TEXT NOT NULL,
  counters TEXT NOT NULL,                                -- JSON object
  context TEXT NOT NULL,                                 -- JSON object
  imported_at TEXT NOT NULL,
  UNIQUE (host, measured_at, name, repetition)
);

CREATE VIEW v_benchmark AS
SELECT name, repetition, host, measured_at, iterations, cpu_s, real_s, nullif(label, '') AS label,
  counters, context, imported_at
FROM benchmark;

DROP VIEW v_cost;
CREATE VIEW v_cost AS
SELECT e.name AS experiment, c.arm, c.baseline, c.ratio, c.ci_low, c.ci_high, c.theoretical_ratio,
  c.attacks_ratio, c.device, c.blocks, nullif(c.above, '') AS above, c.is_aa, c.usable, c.problem,
  c.measured_at, c.stopped_by, c.block_steps, c.disturbed_blocks, c.ci999_low, c.ci999_high,
  c.step_s, c.samples_per_s, c.phase_s, c.peak_memory_bytes, c.energy_j, c.device_name, c.kernel,
  c.threads, c.precision, c.optimiser, c.host, c.program_version, c.git_revision, c.blocks_json,
  c.cells, c.padding_share, c.energy_source, c.core, c.not_pinned, c.mean_step_s, c.forward_passes,
  c.backward_passes, c.model_step_s, c.model
FROM cost c JOIN experiment e ON e.experiment_id = c.experiment_id;

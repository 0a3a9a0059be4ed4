-- Version 4. Cost measurements say under which conditions they hold, whether identical arms came out
-- equal, and what every block took. Rows of earlier versions do not exist: nothing measured costs.

ALTER TABLE cost ADD COLUMN above TEXT;                  -- arm whose time is taken off both; '' none
ALTER TABLE cost ADD COLUMN is_aa INTEGER;               -- 1: arm and baseline are identical
ALTER TABLE cost ADD COLUMN usable INTEGER;              -- 0: see `problem`
ALTER TABLE cost ADD COLUMN problem TEXT;
ALTER TABLE cost ADD COLUMN measured_at TEXT;
ALTER TABLE cost ADD COLUMN stopped_by TEXT;             -- half_width or max_s
ALTER TABLE cost ADD COLUMN block_steps INTEGER;
ALTER TABLE cost ADD COLUMN disturbed_blocks INTEGER;    -- of these two arms, repeated or left out
ALTER TABLE cost ADD COLUMN ci999_low REAL;
ALTER TABLE cost ADD COLUMN ci999_high REAL;
ALTER TABLE cost ADD COLUMN step_s REAL;                 -- median of the arm's blocks
ALTER TABLE cost ADD COLUMN samples_per_s REAL;
ALTER TABLE cost ADD COLUMN phase_s TEXT;                -- JSON object: seconds of a step by phase
ALTER TABLE cost ADD COLUMN peak_memory_bytes INTEGER;   -- NULL where the system does not tell
ALTER TABLE cost ADD COLUMN energy_j REAL;               -- of a step; NULL where not available
ALTER TABLE cost ADD COLUMN device_name TEXT;
ALTER TABLE cost ADD COLUMN kernel TEXT;
ALTER TABLE cost ADD COLUMN threads INTEGER;
ALTER TABLE cost ADD COLUMN precision TEXT;
ALTER TABLE cost ADD COLUMN optimiser TEXT;
ALTER TABLE cost ADD COLUMN host TEXT;
ALTER TABLE cost ADD COLUMN program_version TEXT;
ALTER TABLE cost ADD COLUMN git_revision TEXT;
ALTER TABLE cost ADD COLUMN blocks_json TEXT;            -- JSON array: the arm's blocks with their conditions

DROP VIEW v_cost;
CREATE VIEW v_cost AS
SELECT e.name AS experiment, c.arm, c.baseline, c.ratio, c.ci_low, c.ci_high, c.theoretical_ratio,
  c.attacks_ratio, c.device, c.blocks, nullif(c.above, '') AS above, c.is_aa, c.usable, c.problem,
  c.measured_at, c.stopped_by, c.block_steps, c.disturbed_blocks, c.ci999_low, c.ci999_high,
  c.step_s, c.samples_per_s, c.phase_s, c.peak_memory_bytes, c.energy_j, c.device_name, c.kernel,
  c.threads, c.precision, c.optimiser, c.host, c.program_version, c.git_revision, c.blocks_json
FROM cost c JOIN experiment e ON e.experiment_id = c.experiment_id;

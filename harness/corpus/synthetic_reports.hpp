// Built-in accident reports (`data.release` synthetic_reports): seeded English-like texts with a
// known truth, so that the program can be tried and tested without any download. docs/data.md
// states the truth; the numbers below are it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/corpus/report.hpp"
#include "harness/corpus/synthetic_phrases.hpp"

namespace ratbench::corpus {

// What one class looks like. `confused_with` is an index of the same table.
struct ReportClass {
  int train = 0;
  int val = 0;
  int test = 0;
  int supply = 0;  // synthetic reports per training original
  int confused_with = 0;
};

struct SyntheticParameters {
  std::uint64_t seed = 20250921;
  // Share of originals of every class and split whose text is wholly that of the class it is
  // confused with: label noise, which no classifier can undo.
  double label_noise = 0.03;
  // Share of all reports whose happening is a vague one: thing and injury alone tell the class.
  double vagueness = 0.4;
  // Share of the rest in which the thing, or the injury, is one of the confused class: the
  // happening alone tells the class.
  double ambiguity = 0.25;
  // Share of synthetic reports that are wrong: text of the confused class.
  double synthetic_error = 0.02;
  // In label order: EXPOSURE, FALL, FIRE, OVEREXERTION, STRUCK OR CAUGHT, TRANSPORT, VIOLENCE.
  std::array<ReportClass, kReportClasses> classes = {{
      {216, 54, 72, 0, 2},
      {336, 78, 104, 0, 3},
      {48, 18, 24, 5, 0},
      {24, 12, 16, 10, 1},
      {456, 105, 140, 0, 5},
      {108, 27, 36, 0, 4},
      {12, 6, 8, 20, 4},
  }};
};

struct SyntheticCorpus {
  std::vector<Report> train;  // originals first, then synthetic reports
  std::vector<Report> val;
  std::vector<Report> test;
};

// A function of `parameters` alone: the same texts on every machine.
SyntheticCorpus synthetic_reports(const SyntheticParameters& parameters = {});

}  // namespace ratbench::corpus

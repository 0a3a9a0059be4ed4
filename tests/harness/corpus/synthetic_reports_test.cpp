#include "harness/corpus/synthetic_reports.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "src/base/sha256.hpp"

namespace ratbench::corpus {
namespace {

const SyntheticCorpus& default_corpus() {
  static const SyntheticCorpus corpus = synthetic_reports();
  return corpus;
}

// Label of the class whose happenings the text contains; -1 when there is not exactly one.
int class_of_text(const std::string& text) {
  int found = -1;
  std::size_t longest = 0;
  for (std::size_t label = 0; label < kReportClasses; ++label)
    for (const std::string_view happening : class_phrases()[label].happenings)
      if (happening.size() > longest &&
          text.find(" " + std::string(happening) + " ") != std::string::npos) {
        longest = happening.size();
        found = static_cast<int>(label);
      }
  return found;
}

// Share of reports of `label` whose happening is that of another class.
double wrong_share(const std::vector<Report>& reports, bool synthetic) {
  double wrong = 0, all = 0;
  for (const Report& report : reports) {
    if ((report.aug_index > 0) != synthetic) continue;
    const int label = class_of_text(report.text);
    wrong += label < 0 || class_phrases()[static_cast<std::size_t>(label)].name != report.label;
    ++all;
  }
  return wrong / all;
}

TEST(SyntheticReports, HaveTheDocumentedCounts) {
  const SyntheticParameters parameters;
  const SyntheticCorpus& corpus = default_corpus();
  EXPECT_EQ(corpus.val.size(), 300U);
  EXPECT_EQ(corpus.test.size(), 400U);
  EXPECT_EQ(corpus.train.size(), 1200U + 72 * 5 + 48 * 10 + 24 * 20);
  std::map<std::string, int> originals, synthetic;
  for (const Report& report : corpus.train)
    ++(report.aug_index > 0 ? synthetic : originals)[report.label];
  for (std::size_t label = 0; label < kReportClasses; ++label) {
    const ReportClass& wanted = parameters.classes[label];
    const std::string name(class_phrases()[label].name);
    EXPECT_EQ(originals[name], wanted.train) << name;
    EXPECT_EQ(synthetic[name], wanted.train * wanted.supply) << name;
  }
}

TEST(SyntheticReports, NamesAreInLabelOrder) {
  const auto& classes = class_phrases();
  EXPECT_TRUE(std::is_sorted(classes.begin(), classes.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST(SyntheticReports, EverySyntheticReportHasAnOriginalOfItsClass) {
  const auto& train = default_corpus().train;
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (const Report& report : train) {
    if (report.aug_index == 0) {
      EXPECT_EQ(report.source, -1);
      continue;
    }
    const Report& source = train.at(static_cast<std::size_t>(report.source));
    EXPECT_EQ(source.aug_index, 0);
    EXPECT_EQ(source.label, report.label);
    EXPECT_TRUE(seen.emplace(report.source, report.aug_index).second);
  }
}

// No happening belongs to two classes, so the truth can be read off the text.
TEST(SyntheticReports, ErrorsOccurAtTheirStatedRate) {
  const SyntheticParameters parameters;
  const SyntheticCorpus& corpus = default_corpus();
  // Limits: three standard errors at 1,200, 400 and 1,320 reports.
  EXPECT_NEAR(wrong_share(corpus.train, false), parameters.label_noise, 0.019);
  EXPECT_NEAR(wrong_share(corpus.test, false), parameters.label_noise, 0.033);
  EXPECT_NEAR(wrong_share(corpus.train, true), parameters.synthetic_error, 0.018);
}

TEST(SyntheticReports, AreEqualForEqualSeedsOnly) {
  SyntheticParameters other;
  other.seed = 2;
  EXPECT_EQ(synthetic_reports().train.at(7).text, default_corpus().train.at(7).text);
  EXPECT_NE(synthetic_reports(other).train.at(7).text, default_corpus().train.at(7).text);
}

// Stored results depend on these texts: raise kSyntheticReportsVersion when they change.
TEST(SyntheticReports, TextsAreThoseOfTheirVersion) {
  Sha256 hash;
  for (const auto* split : {&default_corpus().train, &default_corpus().val, &default_corpus().test})
    for (const Report& report : *split) hash.update(report.text + "\t" + report.label + "\n");
  EXPECT_EQ(hash.hex(), "GOLD");
}

}  // namespace
}  // namespace ratbench::corpus

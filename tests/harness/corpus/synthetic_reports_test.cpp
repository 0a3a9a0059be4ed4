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

bool holds(const std::string& text, std::string_view phrase) {
  return text.find(" " + std::string(phrase)) != std::string::npos;
}

// The class that the text tells by its happening or, where that is vague, by its thing.
std::string_view class_of_text(const std::string& text) {
  std::string_view found, by;
  for (const auto member : {&ClassPhrases::happenings, &ClassPhrases::things}) {
    for (const ClassPhrases& phrases : class_phrases())
      for (const std::string_view phrase : phrases.*member)
        if (phrase.size() > by.size() && holds(text, phrase)) {
          by = phrase;
          found = phrases.name;
        }
    if (!found.empty()) return found;
  }
  return found;
}

// Share of reports whose text is that of another class than their label.
double wrong_share(const std::vector<Report>& reports, bool synthetic) {
  double wrong = 0, all = 0;
  for (const Report& report : reports) {
    if ((report.aug_index > 0) != synthetic) continue;
    wrong += class_of_text(report.text) != report.label ? 1 : 0;
    ++all;
  }
  return wrong / all;
}

TEST(SyntheticReports, HaveTheDocumentedCounts) {
  const SyntheticParameters parameters;
  const SyntheticCorpus& corpus = default_corpus();
  EXPECT_EQ(corpus.val.size(), 300U);
  EXPECT_EQ(corpus.test.size(), 400U);
  EXPECT_EQ(corpus.train.size(), 1200U + 48 * 5 + 24 * 10 + 12 * 20);
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

TEST(SyntheticReports, NoTellingPhraseBelongsToTwoClasses) {
  std::set<std::string_view> phrases;
  for (const ClassPhrases& of_class : class_phrases())
    for (const auto list : {of_class.happenings, of_class.things, of_class.injuries})
      for (const std::string_view phrase : list)
        EXPECT_TRUE(phrases.insert(phrase).second) << phrase;
}

TEST(SyntheticReports, ErrorsOccurAtTheirStatedRate) {
  const SyntheticParameters parameters;
  const SyntheticCorpus& corpus = default_corpus();
  // Limits: three standard errors at 1,200, 400 and 720 reports.
  EXPECT_NEAR(wrong_share(corpus.train, false), parameters.label_noise, 0.015);
  EXPECT_NEAR(wrong_share(corpus.test, false), parameters.label_noise, 0.026);
  EXPECT_NEAR(wrong_share(corpus.train, true), parameters.synthetic_error, 0.016);
}

TEST(SyntheticReports, AreEqualForEqualSeedsOnly) {
  SyntheticParameters other;
  other.seed = 2;
  EXPECT_EQ(synthetic_reports().train.at(7).text, default_corpus().train.at(7).text);
  EXPECT_NE(synthetic_reports(other).train.at(7).text, default_corpus().train.at(7).text);
}

// Changing a text invalidates the demo's stored runs and the numbers in docs/data.md.
TEST(SyntheticReports, TextsAreTheDocumentedOnes) {
  Sha256 hash;
  for (const auto* split : {&default_corpus().train, &default_corpus().val, &default_corpus().test})
    for (const Report& report : *split) hash.update(report.text + "\t" + report.label + "\n");
  EXPECT_EQ(hash.hex(), "e5f6f374f5e49bfee7efa067d421655545518102bf3b4ce7b914a9d88ea2ecd3");
}

}  // namespace
}  // namespace ratbench::corpus

#include "harness/corpus/synthetic_reports.hpp"

#include <algorithm>
#include <cctype>

#include "src/base/random.hpp"

namespace ratbench::corpus {
namespace {

// Draws of one report: every report has a lane of its own, so no report depends on another.
class ReportDraws {
 public:
  ReportDraws(const RandomStream& stream, std::uint32_t lane) : stream_(stream), lane_(lane) {}
  bool happens(double probability) { return stream_.uniform(lane_, next_++) < probability; }
  std::uint64_t below(std::uint64_t n) { return stream_.below(n, lane_, next_++); }
  std::string_view one_of(std::span<const std::string_view> phrases) {
    return phrases[below(phrases.size())];
  }

 private:
  const RandomStream& stream_;
  std::uint32_t lane_;
  std::uint64_t next_ = 0;
};

// What a synthetic report takes over from its source: everything but the accident itself.
struct Setting {
  std::string person, activity, place, date;
};

// The phrases that carry the class.
struct Accident {
  std::string_view happening, thing, injury;
};

Setting draw_setting(ReportDraws& draws) {
  const SharedPhrases& shared = shared_phrases();
  Setting setting;
  setting.person = draws.one_of(shared.persons);
  setting.activity = draws.one_of(shared.activities);
  setting.place = draws.one_of(shared.places);
  setting.date = std::string(draws.one_of(shared.months)) + " " +
                 std::to_string(1 + draws.below(28)) + " " + std::to_string(2000 + draws.below(16));
  return setting;
}

Accident draw_accident(ReportDraws& draws, const ClassPhrases& own, const ClassPhrases& confused,
                       const SyntheticParameters& parameters) {
  Accident accident{draws.one_of(own.happenings), draws.one_of(own.things),
                    draws.one_of(own.injuries)};
  if (draws.happens(parameters.vagueness)) {
    accident.happening = draws.one_of(shared_phrases().vague_happenings);
  } else if (draws.happens(parameters.ambiguity)) {
    if (draws.happens(0.5)) {
      accident.thing = draws.one_of(confused.things);
    } else {
      accident.injury = draws.one_of(confused.injuries);
    }
  }
  return accident;
}

std::string sentence(std::string text) {
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

std::string compose(ReportDraws& draws, const Setting& setting, const Accident& accident) {
  const std::string person = setting.person;
  const std::string event = std::string(accident.happening) + " " + std::string(accident.thing);
  const std::string injury(accident.injury);
  const std::string remark(draws.one_of(shared_phrases().remarks));
  const std::string second(draws.one_of(shared_phrases().remarks));
  switch (draws.below(3)) {
    case 0:
      return "Worker suffers " + injury + ". On " + setting.date + " " + person + " was " +
             setting.activity + " at " + setting.place + ". He " + event + ". " + remark + " " +
             sentence(person + " was taken to hospital with " + injury) + " " + second;
    case 1:
      return sentence(person + " " + event) + " " + remark + " The accident happened on " +
             setting.date + " at " + setting.place + " during the work of " + setting.activity +
             ". The injury was reported as " + injury + ". " + second;
    default:
      return "Accident at " + setting.place + ". " +
             sentence("while " + setting.activity + " on " + setting.date + ", " + person + " " +
                      event + " and suffered " + injury) +
             " " + remark + " " + second;
  }
}

class Generator {
 public:
  explicit Generator(const SyntheticParameters& parameters)
      : parameters_(parameters), stream_(parameters.seed, Purpose::kCorpus) {}

  // Originals of one split in a drawn order, so that the classes are mixed.
  std::vector<Report> originals(int ReportClass::*count) {
    std::vector<std::size_t> labels;
    for (std::size_t label = 0; label < kReportClasses; ++label)
      labels.insert(labels.end(), static_cast<std::size_t>(parameters_.classes[label].*count),
                    label);
    ReportDraws order(stream_, lane_++);
    for (std::size_t i = labels.size(); i > 1; --i)
      std::swap(labels[i - 1], labels[order.below(i)]);

    std::vector<Report> reports;
    settings_.clear();
    for (const std::size_t label : labels) {
      ReportDraws draws(stream_, lane_++);
      settings_.push_back(draw_setting(draws));
      reports.push_back(report(draws, label, parameters_.label_noise, settings_.back()));
    }
    labels_ = std::move(labels);
    return reports;
  }

  // Appends the synthetic reports of the originals made last.
  void add_synthetic(std::vector<Report>& reports) {
    for (std::size_t row = 0; row < labels_.size(); ++row) {
      const std::size_t label = labels_[row];
      for (int index = 1; index <= parameters_.classes[label].supply; ++index) {
        ReportDraws draws(stream_, lane_++);
        Report made = report(draws, label, parameters_.synthetic_error, settings_[row]);
        made.source = static_cast<std::int64_t>(row);
        made.aug_index = index;
        reports.push_back(std::move(made));
      }
    }
  }

 private:
  Report report(ReportDraws& draws, std::size_t label, double wrong, const Setting& setting) {
    const auto& phrases = class_phrases();
    const auto partner = [&](std::size_t of) {
      return static_cast<std::size_t>(parameters_.classes[of].confused_with);
    };
    const std::size_t truth = draws.happens(wrong) ? partner(label) : label;
    const Accident accident =
        draw_accident(draws, phrases[truth], phrases[partner(truth)], parameters_);
    Report made;
    made.text = compose(draws, setting, accident);
    made.label = phrases[label].name;
    return made;
  }

  const SyntheticParameters& parameters_;
  RandomStream stream_;
  std::uint32_t lane_ = 0;
  std::vector<std::size_t> labels_;  // of the originals made last
  std::vector<Setting> settings_;
};

}  // namespace

SyntheticCorpus synthetic_reports(const SyntheticParameters& parameters) {
  Generator generator(parameters);
  SyntheticCorpus corpus;
  corpus.val = generator.originals(&ReportClass::val);
  corpus.test = generator.originals(&ReportClass::test);
  corpus.train = generator.originals(&ReportClass::train);
  generator.add_synthetic(corpus.train);
  return corpus;
}

}  // namespace ratbench::corpus

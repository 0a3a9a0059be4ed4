#include "src/metrics/entities.hpp"

#include <algorithm>
#include <string_view>

#include "src/base/check.hpp"

namespace ratbench::metrics {
namespace {

// A tag taken apart; prefix is 'B', 'I' or 'O'.
struct Tag {
  char prefix = 'O';
  std::string_view type;
};

Tag parse(std::string_view tag) {
  if (tag.size() < 2 || tag[1] != '-' || (tag[0] != 'B' && tag[0] != 'I')) return {};
  return {tag[0], tag.substr(2)};
}

bool starts_entity(const Tag& tag, bool continues, EntityScheme scheme) {
  if (tag.prefix == 'B') return true;
  return tag.prefix == 'I' && !continues && scheme == EntityScheme::kConlleval;
}

Scores scores_of(const EntityCounts& c) {
  const auto correct = static_cast<double>(c.correct);
  Scores s;
  if (c.predicted > 0) s.precision = correct / static_cast<double>(c.predicted);
  if (c.truth > 0) s.recall = correct / static_cast<double>(c.truth);
  if (c.correct > 0) s.f1 = 2 * s.precision * s.recall / (s.precision + s.recall);
  return s;
}

void add_scaled(Scores& sum, const Scores& one, double weight) {
  sum.precision += weight * one.precision;
  sum.recall += weight * one.recall;
  sum.f1 += weight * one.f1;
}

}  // namespace

std::vector<Entity> entities(std::span<const std::string> tags, EntityScheme scheme) {
  std::vector<Entity> found;
  bool open = false;
  for (std::size_t token = 0; token < tags.size(); ++token) {
    const Tag tag = parse(tags[token]);
    const bool continues = tag.prefix == 'I' && open && found.back().type == tag.type;
    if (continues) {
      found.back().last = token;
      continue;
    }
    open = starts_entity(tag, continues, scheme);
    if (open) found.push_back({std::string(tag.type), token, token});
  }
  return found;
}

void EntityScorer::add(std::span<const std::string> truth, std::span<const std::string> predicted) {
  RB_CHECK_EQ(truth.size(), predicted.size());
  const std::vector<Entity> true_entities = entities(truth, scheme_);
  for (const Entity& entity : true_entities) ++counts_[entity.type].truth;
  for (const Entity& entity : entities(predicted, scheme_)) {
    EntityCounts& counts = counts_[entity.type];
    ++counts.predicted;
    // Bounds rise along a sentence, so the match is found by its first token.
    const auto match =
        std::lower_bound(true_entities.begin(), true_entities.end(), entity,
                         [](const Entity& a, const Entity& b) { return a.first < b.first; });
    if (match != true_entities.end() && *match == entity) ++counts.correct;
  }
}

EntityScores EntityScorer::scores() const {
  EntityScores s;
  for (const auto& [type, counts] : counts_) {
    s.per_type[type] = scores_of(counts);
    s.support[type] = counts.truth;
    s.counts.truth += counts.truth;
    s.counts.predicted += counts.predicted;
    s.counts.correct += counts.correct;
  }
  s.micro = scores_of(s.counts);
  for (const auto& [type, one] : s.per_type) {
    add_scaled(s.macro, one, 1 / static_cast<double>(s.per_type.size()));
    if (s.counts.truth > 0) {
      add_scaled(s.weighted, one,
                 static_cast<double>(s.support[type]) / static_cast<double>(s.counts.truth));
    }
  }
  return s;
}

}  // namespace ratbench::metrics

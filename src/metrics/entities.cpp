#include "src/metrics/entities.hpp"

#include <algorithm>
#include <string_view>

#include "src/base/check.hpp"

namespace ratbench::metrics {
namespace {

// Prefix and type of a tag; 'O' for anything else.
std::pair<char, std::string_view> parse(std::string_view tag) {
  if (tag.size() < 2 || tag[1] != '-' || (tag[0] != 'B' && tag[0] != 'I')) return {'O', {}};
  return {tag[0], tag.substr(2)};
}

bool starts_entity(const TypedTag& tag, EntityScheme scheme) {
  return tag.prefix == 'B' || (tag.prefix == 'I' && scheme == EntityScheme::kConlleval);
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

std::vector<EntitySpan> entity_spans(std::span<const TypedTag> tags, EntityScheme scheme) {
  std::vector<EntitySpan> found;
  bool open = false;
  for (std::size_t word = 0; word < tags.size(); ++word) {
    const TypedTag& tag = tags[word];
    if (tag.prefix == 'I' && open && found.back().type == tag.type) {
      found.back().last = word;
      continue;
    }
    open = starts_entity(tag, scheme);
    if (open) found.push_back({tag.type, word, word});
  }
  return found;
}

TagSet tag_set(std::span<const std::string> tags) {
  TagSet out;
  std::map<std::string, std::int32_t, std::less<>> numbers;
  for (const std::string& tag : tags)
    if (const auto [prefix, type] = parse(tag); prefix != 'O') numbers.emplace(type, 0);
  for (auto& [type, number] : numbers) {
    number = static_cast<std::int32_t>(out.types.size());
    out.types.push_back(type);
  }
  for (const std::string& tag : tags) {
    const auto [prefix, type] = parse(tag);
    out.tags.push_back({prefix, prefix == 'O' ? -1 : numbers.find(type)->second});
  }
  return out;
}

std::vector<Entity> entities(std::span<const std::string> tags, EntityScheme scheme) {
  const TagSet set = tag_set(tags);
  std::vector<Entity> found;
  for (const EntitySpan& span : entity_spans(set.tags, scheme))
    found.push_back({set.types[static_cast<std::size_t>(span.type)], span.first, span.last});
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

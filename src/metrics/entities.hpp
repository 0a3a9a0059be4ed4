// Entity-level scores of IOB2 tag sequences: a predicted entity is right when its type and both
// bounds equal a true entity of the same sentence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "src/metrics/classification.hpp"

namespace ratbench::metrics {

// Tokens first..last, both inclusive, counted from 0 in the sentence.
struct Entity {
  std::string type;
  std::size_t first = 0;
  std::size_t last = 0;
  auto operator<=>(const Entity&) const = default;
};

enum class EntityScheme {
  // conlleval (Tjong Kim Sang and Buchholz, CoNLL-2000): an I- after O, after another type or at
  // the
  // start begins an entity.
  kConlleval,
  // B-T followed by I-T only; an I- without its B- belongs to no entity and ends the one before.
  kStrictIob2,
};

// Entities of one sentence in order. A tag is "O", "B-T" or "I-T"; T is all that follows the first
// hyphen. Any other tag counts as "O".
std::vector<Entity> entities(std::span<const std::string> tags, EntityScheme scheme);

// A tag taken apart: prefix is 'B', 'I' or 'O', `type` a number (-1 for O).
struct TypedTag {
  char prefix = 'O';
  std::int32_t type = -1;
};
// Words first..last, both inclusive.
struct EntitySpan {
  std::int32_t type = 0;
  std::size_t first = 0;
  std::size_t last = 0;
  auto operator<=>(const EntitySpan&) const = default;
};
// The same over tags taken apart beforehand.
std::vector<EntitySpan> entity_spans(std::span<const TypedTag> tags, EntityScheme scheme);

// Tags by class index, with the types they name in sorted order. `type` of a tag is a place there.
struct TagSet {
  std::vector<TypedTag> tags;
  std::vector<std::string> types;
};
TagSet tag_set(std::span<const std::string> tags);

struct EntityCounts {
  std::int64_t truth = 0;
  std::int64_t predicted = 0;
  std::int64_t correct = 0;
};

struct EntityScores {
  std::map<std::string, Scores> per_type;  // types that occur in truth or prediction
  std::map<std::string, std::int64_t> support;
  EntityCounts counts;
  Scores micro;
  Scores macro;     // mean over the types; 0 when no type occurs
  Scores weighted;  // by true entities; 0 when there are none
};

// Collects sentences, kept apart, and scores them together.
class EntityScorer {
 public:
  explicit EntityScorer(EntityScheme scheme) : scheme_(scheme) {}
  // Both have one tag per token (CHECKed).
  void add(std::span<const std::string> truth, std::span<const std::string> predicted);
  // Undefined precision, recall and F1 are 0.
  EntityScores scores() const;

 private:
  EntityScheme scheme_;
  std::map<std::string, EntityCounts> counts_;
};

}  // namespace ratbench::metrics

#include "harness/protocol/embed_codec.hpp"

#include <nlohmann/json.hpp>

#include "harness/protocol/base64.hpp"

namespace ratbench::protocol {

using nlohmann::json;

json embed_result_to_json(const EmbedResult& m) {
  return {{"type", "embed_result"},
          {"request_id", m.request_id},
          {"dim", m.dim},
          {"features", floats_to_base64(m.features)},
          {"real_tokens", m.real_tokens},
          {"padded_tokens", m.padded_tokens},
          {"wall_s", real_to_json(m.wall_s)},
          {"kernel", m.kernel},
          {"device_name", m.device_name},
          {"remarks", m.remarks}};
}

EmbedResult embed_result_from(const Fields& f) {
  EmbedResult m;
  m.request_id = f.integer<std::uint64_t>("request_id");
  m.dim = f.integer<std::int64_t>("dim");
  auto features = floats_from_base64(f.text("features"));
  if (!features) f.fail("features", "not base64 of float32");
  m.features = std::move(*features);
  if (m.dim < 1 || m.features.size() % static_cast<std::uint64_t>(m.dim) != 0)
    f.fail("features", "not a whole number of rows");
  m.real_tokens = f.integer<std::int64_t>("real_tokens");
  m.padded_tokens = f.integer<std::int64_t>("padded_tokens");
  m.wall_s = f.real("wall_s");
  m.kernel = f.text("kernel");
  m.device_name = f.text("device_name");
  m.remarks = f.texts("remarks");
  return m;
}

json embed_failure_to_json(const EmbedFailure& m) {
  return {{"type", "embed_failure"},
          {"request_id", m.request_id},
          {"kind", m.kind},
          {"message", m.message}};
}

EmbedFailure embed_failure_from(const Fields& f) {
  return {f.integer<std::uint64_t>("request_id"), f.text("kind"), f.text("message")};
}

json embed_request_to_json(const EmbedRequest& m) {
  return {{"type", "embed_request"},
          {"request_id", m.request_id},
          {"device", m.device},
          {"threads", m.threads},
          {"kernel", m.kernel},
          {"encoder",
           {{"folder", m.encoder.folder},
            {"pooling", m.encoder.pooling},
            {"precision", m.encoder.precision},
            {"unit_length", m.encoder.unit_length}}},
          {"ids", m.ids},
          {"lengths", m.lengths}};
}

EmbedRequest embed_request_from(const Fields& f) {
  EmbedRequest m;
  m.request_id = f.integer<std::uint64_t>("request_id");
  m.device = f.text("device");
  m.threads = f.integer<int>("threads");
  m.kernel = f.text("kernel");
  const Fields encoder(f.at("encoder"), "embed_request.encoder");
  m.encoder = {encoder.text("folder"), encoder.text("pooling"), encoder.text("precision"),
               encoder.flag("unit_length")};
  m.ids = f.integers<std::int32_t>("ids");
  m.lengths = f.integers<std::int32_t>("lengths");
  std::uint64_t tokens = 0;
  for (const std::int32_t length : m.lengths) {
    if (length < 0) f.fail("lengths", "below zero");
    tokens += static_cast<std::uint64_t>(length);
  }
  if (tokens != m.ids.size()) f.fail("lengths", "do not sum to the number of ids");
  return m;
}

}  // namespace ratbench::protocol

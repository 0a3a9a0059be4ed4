#include "harness/worker/embedder.hpp"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "harness/worker/machine.hpp"
#include "harness/worker/method_trainer.hpp"
#include "src/base/error.hpp"

namespace ratbench::worker {
namespace {

// A usual layer of the smaller BERT models.
constexpr LayerShape kLayer = {512, 384, 1536};

// "auto" is MKL and no measurement, which could come out otherwise next time: the hash of features
// names the runs on them. On layers of this size the routines are equally fast.
models::Product product_of(const std::string& kernel, const at::Device& device) {
  return requested_product(kernel == "auto" && device.is_cpu() ? "mkl" : kernel, device, kLayer);
}

models::EncoderOptions options_of(const protocol::EncoderSetting& setting) {
  models::EncoderOptions options;
  const auto pooling = models::pooling_named(setting.pooling);
  if (!pooling) throw UsageError("pooling \"" + setting.pooling + "\" is none of: mean, cls, last");
  const auto precision = models::precision_named(setting.precision);
  if (!precision)
    throw UsageError("precision \"" + setting.precision + "\" is none of: fp32, bf16");
  options.pooling = *pooling;
  options.precision = *precision;
  options.scaling = setting.unit_length ? models::Scaling::kUnitLength : models::Scaling::kAsPooled;
  return options;
}

// LibTorch's errors carry a stack of addresses that tells a user nothing.
template <typename Work>
auto without_backtrace(const Work& work) {
  try {
    return work();
  } catch (const c10::Error& error) {
    throw std::runtime_error(error.what_without_backtrace());
  }
}

}  // namespace

Embedder::Loaded& Embedder::loaded(const protocol::EmbedRequest& request) {
  if (loaded_ && loaded_->setting == request.encoder && loaded_->device == request.device &&
      loaded_->kernel == request.kernel)
    return *loaded_;
  loaded_.reset();  // two models need not fit into memory
  models::EncoderOptions options = options_of(request.encoder);
  options.device = device_named(request.device);
  options.product = product_of(request.kernel, options.device);
  loaded_.emplace(without_backtrace([&] {
    return Loaded{request.encoder, request.device, request.kernel, options.product,
                  models::TextEncoder(request.encoder.folder, options)};
  }));
  return *loaded_;
}

protocol::EmbedResult Embedder::embed(const protocol::EmbedRequest& request) {
  at::set_num_threads(request.threads);
  Loaded& model = loaded(request);
  const auto start = std::chrono::steady_clock::now();
  models::EncodedRows rows = without_backtrace([&] {
    return model.encoder.encode({request.ids, request.lengths});
  });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;

  protocol::EmbedResult result;
  result.request_id = request.request_id;
  result.dim = model.encoder.dim();
  result.features = std::move(rows.features);
  result.real_tokens = rows.real_tokens;
  result.padded_tokens = rows.padded_tokens;
  result.wall_s = took.count();
  const at::Device device = device_named(request.device);
  result.kernel = device.is_cpu() ? std::string(models::name(model.product)) : "cublas";
  result.device_name = device_model(device);
  result.remarks = std::move(rows.remarks);
  return result;
}

}  // namespace ratbench::worker

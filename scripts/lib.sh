# What the scripts share: installing Debian packages, configuring, building. Sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*" >&2; }

# Installs the packages that are missing, if any.
require_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "installing ${missing[*]}"
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# What it takes to build with LLVM $1.
require_build_packages() {
    require_packages cmake ninja-build ccache g++ gcc libc6-dev python3 pkg-config \
        nlohmann-json3-dev libcli11-dev libseccomp-dev zlib1g-dev libunicorn-dev \
        "llvm-$1-dev" "libclang-$1-dev" "libclang-cpp$1-dev"
}

# The newest LLVM that apt offers or the machine has, of those stencilgen builds with.
newest_llvm() {
    local version
    for version in 22 21 20 19; do
        if [ -e "/usr/lib/llvm-$version/lib/cmake/llvm/LLVMConfig.cmake" ] ||
            apt-cache show "libclang-cpp$version-dev" >/dev/null 2>&1; then
            echo "$version"
            return
        fi
    done
    echo 19
}

# The compiler to build with, as arguments for CMake. Clang reads its precompiled headers lazily: a file that
# includes LLVM's takes a tenth of the time that GCC takes. Nothing where no clang is installed: CMake finds a
# compiler.
fast_compiler() {
    local version
    for version in 22 19; do
        if command -v "clang++-$version" >/dev/null; then
            echo "-DCMAKE_C_COMPILER=clang-$version -DCMAKE_CXX_COMPILER=clang++-$version"
            return
        fi
    done
}

# build_with VERSION DIR [CMAKE_ARGUMENT...]: configures and builds in build/DIR.
build_with() {
    local version=$1 dir=$root/build/$2
    shift 2
    # shellcheck disable=SC2046
    set -- $(fast_compiler) "$@"
    say "building with LLVM $version in ${dir#"$root"/}"
    cmake -S "$root" -B "$dir" -G Ninja -DSTENCILGEN_LLVM_VERSION="$version" "$@" >"$dir.log" 2>&1 ||
        { cat "$dir.log" >&2; return 1; }
    cmake --build "$dir" >>"$dir.log" 2>&1 || { grep -E 'error|FAILED' "$dir.log" >&2; return 1; }
}

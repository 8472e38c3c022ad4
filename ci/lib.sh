# What the commands in ci/ share. To be sourced by bash.
# shellcheck shell=bash

say() { printf 'ci/%s: %s\n' "${0##*/}" "$*" >&2; }

wanted=()

# want PACKAGE CHECK...: PACKAGE is to be installed unless the command CHECK succeeds.
want() {
    "${@:2}" >/dev/null 2>&1 || wanted+=("$1")
}

# Installs what was wanted, and only that. Without anything missing it does not even ask apt.
install_wanted() {
    local as_root=()
    [ ${#wanted[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        as_root=(sudo -n --)
        if ! "${as_root[@]}" true 2>/dev/null; then
            say "missing packages, and no right to install them: ${wanted[*]}"
            return 1
        fi
    fi
    say "installing ${wanted[*]}"
    # A third party's broken repository is not our business: installing tells whether all is there.
    [ -n "${updated-}" ] || apt update || true
    updated=yes
    if ! apt install -y --no-install-recommends "${wanted[@]}"; then
        printf '%s\n' "$apt_said" >&2
        say "cannot install ${wanted[*]}"
        return 1
    fi
    wanted=()
}

apt() {
    apt_said=$("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=600 "$@" </dev/null 2>&1)
}

# What every build of the tests takes.
want_tests() {
    want g++ command -v g++
    want cmake command -v cmake
    want ninja-build command -v ninja
    want python3 command -v python3
    want doctest-dev test -e /usr/include/doctest/doctest.h
}

# shellcheck disable=SC2317 # called by way of want
# Clang's sanitizers, fuzzer and profiler are a package of their own, named after its version.
has_runtimes() { ls "$(clang++ -print-resource-dir)"/lib/*/libclang_rt.tsan*; }

# Installs Clang with all of that, and what else was wanted so far.
install_clang() {
    want clang command -v clang++
    want llvm command -v llvm-cov
    install_wanted || return 1
    want "libclang-rt-$(clang++ -dumpversion | cut -d. -f1)-dev" has_runtimes
    install_wanted
}

# What cross-building for Windows takes.
want_mingw() {
    want g++-mingw-w64-x86-64-posix command -v x86_64-w64-mingw32-g++-posix
    want debootstrap test -x /usr/sbin/debootstrap
}

# A Wine that does: the tree that ci/wine makes, or else the system's.
prepare_wine() {
    if ! ci/wine --prepare; then
        want wine64 false
        install_wanted && ci/wine --prepare || return 1
    fi
    export CAESURA_WINE_KNOWN=yes
}

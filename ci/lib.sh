# What ci/test and ci/serve share. To be sourced by bash.
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

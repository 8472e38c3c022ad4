#include "berkeley/host_parts.hpp"
#include "win32/native.hpp"
#include "win32/text.hpp"
#include "win32/version.hpp"

#include <windows.h>

namespace caesura::native {

namespace {

using Facts = std::vector<SystemFact>;

template <class Function>
Function find_in_ntdll(const char* name) {
    const HMODULE ntdll = ::GetModuleHandleW(L"ntdll.dll"); // every process has it loaded
    return ntdll == nullptr ? nullptr
                            : reinterpret_cast<Function>(
                                  reinterpret_cast<void (*)()>(::GetProcAddress(ntdll, name)));
}

// Only Wine has these.
void add_wine(Facts& facts) {
    using Version = const char*(__cdecl*)();
    using HostVersion = void(__cdecl*)(const char**, const char**);
    if (const auto version = find_in_ntdll<Version>("wine_get_version")) {
        facts.push_back({"wine", version()});
    }
    if (const auto host = find_in_ntdll<HostVersion>("wine_get_host_version")) {
        const char* system = nullptr;
        const char* release = nullptr;
        host(&system, &release);
        if (system != nullptr && release != nullptr) {
            facts.push_back({"wine_host", std::string(system) + " " + release});
        }
    }
}

// Of a string in the registry; empty where there is none.
std::string registry_text(const wchar_t* path, const wchar_t* name) {
    wchar_t text[256] = {};
    DWORD size = sizeof text - sizeof *text;
    const LONG error =
        ::RegGetValueW(HKEY_LOCAL_MACHINE, path, name, RRF_RT_REG_SZ, nullptr, text, &size);
    return error == ERROR_SUCCESS ? utf8_of(text) : std::string();
}

void add_windows(Facts& facts) {
    constexpr const wchar_t* key = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
    facts.push_back({"system", "Windows"});
    if (const std::string name = registry_text(key, L"ProductName"); !name.empty()) {
        facts.push_back({"distribution", name});
    }
    facts.push_back({"build", std::to_string(windows_build())});
    DWORD revision = 0;
    DWORD size = sizeof revision;
    if (::RegGetValueW(HKEY_LOCAL_MACHINE, key, L"UBR", RRF_RT_REG_DWORD, nullptr, &revision,
                       &size) == ERROR_SUCCESS) {
        facts.push_back({"revision", std::to_string(revision)});
    }
}

void add_architecture(Facts& facts) {
    SYSTEM_INFO info{};
    ::GetNativeSystemInfo(&info);
    constexpr WORD arm64 = 12; // PROCESSOR_ARCHITECTURE_ARM64, which older headers lack
    const WORD processor = info.wProcessorArchitecture;
    facts.push_back({"architecture", processor == PROCESSOR_ARCHITECTURE_AMD64   ? "x86_64"
                                     : processor == PROCESSOR_ARCHITECTURE_INTEL ? "x86"
                                     : processor == arm64                        ? "arm64"
                                                                                 : "another"});
}

// What changes how much AFD takes (documented: the AFD registry appendix, KB 823764, and
// SIO_IDEAL_SEND_BACKLOG_QUERY). Unset is the usual state, and told as such.
void add_afd(Facts& facts) {
    constexpr const wchar_t* key = L"SYSTEM\\CurrentControlSet\\Services\\AFD\\Parameters";
    for (const wchar_t* const name :
         {L"DefaultSendWindow", L"DefaultReceiveWindow", L"DynamicSendBufferDisable",
          L"NonBlockingSendSpecialBuffering", L"LargeBufferSize", L"TransmitWorker"}) {
        DWORD value = 0;
        DWORD size = sizeof value;
        const LONG error =
            ::RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_DWORD, nullptr, &value, &size);
        facts.push_back(
            {"AFD " + utf8_of(name), error == ERROR_SUCCESS ? std::to_string(value) : "unset"});
    }
}

// Who stands between programs and TCP: a provider whose chain is not of length 1 is layered over
// another one (documented: WSAPROTOCOL_INFO).
void add_layers(Facts& facts) {
    DWORD size = 0;
    (void)::WSAEnumProtocolsW(nullptr, nullptr, &size);
    std::vector<WSAPROTOCOL_INFOW> protocols(size / sizeof(WSAPROTOCOL_INFOW) + 1);
    size = static_cast<DWORD>(protocols.size() * sizeof(WSAPROTOCOL_INFOW));
    const int count = ::WSAEnumProtocolsW(nullptr, protocols.data(), &size);
    std::string layers;
    for (int i = 0; i < count; ++i) {
        const WSAPROTOCOL_INFOW& one = protocols[static_cast<std::size_t>(i)];
        if (one.ProtocolChain.ChainLen != BASE_PROTOCOL) {
            layers += (layers.empty() ? "" : ", ") + utf8_of(one.szProtocol);
        }
    }
    facts.push_back({"layered_providers", layers.empty() ? "none" : layers});
}

} // namespace

std::vector<SystemFact> facts() {
    const Startup winsock; // the count of starts: WSAEnumProtocols needs one
    Facts facts;
    add_windows(facts);
    add_wine(facts);
    add_architecture(facts);
    add_afd(facts);
    add_layers(facts);
    return facts;
}

} // namespace caesura::native

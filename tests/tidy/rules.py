"""The rules as data: floors, words, banned calls, limits. The other files only read them."""

import errno
from typing import NamedTuple

MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 400
MAX_COLUMNS = 100

# Files that may break a limit: path -> why. For tables, templates and generated text only.
EXEMPT_FROM_LIMITS = {}


class Floor(NamedTuple):
    """A row of the floor table: who lives there, and which floors it may include beside itself."""

    name: str
    folder: str
    may: tuple
    public: tuple = ()  # names in include/caesura that belong to this floor
    native: bool = False  # may include "native.hpp", by bare name, and the system's headers
    face_only: bool = False  # knows us by <caesura/...> alone, never by what src/ holds


BELOW_STREAM = ("core", "seam", "connection", "reactor")
FACE = ("core", "seam", "simulation", "reactor", "stream")
ANY_SYSTEM = FACE + ("connection", "berkeley", "programs", "tests")

FLOORS = (
    Floor(
        "core",
        "src/core",
        (),
        "error result time endpoint bytes outcome ledger version".split(),
    ),
    Floor(
        "seam",
        "src/seam",
        ("core",),
        "sockets poller watch_table host system clock resolver file".split(),
    ),
    Floor("berkeley", "src/berkeley", ("core", "seam"), native=True),
    Floor("posix", "src/posix", ("core", "seam", "berkeley"), native=True),
    Floor("win32", "src/win32", ("core", "seam", "berkeley"), native=True),
    Floor(
        "simulation",
        "src/simulation",
        ("core", "seam"),
        tuple(
            "simulation/" + name
            for name in "fault link machine preset random send_buffer world".split()
        ),
    ),
    Floor("connection", "src/connection", ("core",)),
    Floor("reactor", "src/reactor", ("core", "seam"), "reactor timer looping_call".split()),
    Floor(
        "stream",
        "src/stream",
        BELOW_STREAM,
        "protocol factory producer transport listener connector tcp unsent_pool".split(),
    ),
    Floor("programs", "programs", FACE, face_only=True),
    Floor("examples", "examples", FACE, face_only=True),
    Floor("packaging", "packaging", FACE, face_only=True),
    Floor("tests", "tests", ANY_SYSTEM),
    Floor("tests/posix", "tests/posix", ANY_SYSTEM + ("posix",)),
    Floor("tests/win32", "tests/win32", ANY_SYSTEM + ("win32",)),
    Floor("bench", "bench", ANY_SYSTEM),
    Floor("bench/posix", "bench/posix", ANY_SYSTEM + ("bench", "posix")),
)

# Where a system's own words may stand. What both systems spell alike may stand in BERKELEY too.
SYSTEM_FOLDERS = ("src/posix", "src/win32", "tests/posix", "tests/win32", "bench/posix")
BERKELEY = "src/berkeley"

# What shared code may include beside <caesura/...>. Not <cerrno>: errno is a system's word; not
# <format> and what came later: g++ 12 and clang 14 have none of it.
STANDARD_HEADERS = frozenset(
    """algorithm any array atomic barrier bit bitset cassert ccomplex cctype cfenv cfloat charconv
    chrono cinttypes climits clocale cmath codecvt compare complex concepts condition_variable
    coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar
    cwctype deque exception execution filesystem forward_list fstream functional future
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map
    memory memory_resource mutex new numbers numeric optional ostream queue random ranges ratio
    regex scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept
    stop_token streambuf string string_view syncstream system_error thread tuple type_traits
    typeindex typeinfo unordered_map unordered_set utility valarray variant vector
    version""".split()
)
TEST_HEADERS = ("doctest/",)

# Identifiers, as regular expressions for a whole word. First what POSIX and Winsock spell alike.
SHARED_WORDS = r"""
    sockaddr\w* SOCKADDR\w* in_addr in6_addr addrinfo ADDRINFO\w* socklen_t hostent
    fd_set FD_SET FD_CLR FD_ZERO FD_ISSET FD_SETSIZE pollfd POLLFD
    POLL(?:IN|OUT|PRI|ERR|HUP|NVAL|RDNORM|WRNORM|RDBAND|WRBAND)
    setsockopt getsockopt getsockname getpeername getaddrinfo freeaddrinfo getnameinfo
    gai_strerror\w* inet_(?:pton|ntop|addr|aton) hton[sl]l? ntoh[sl]l? EAI_[A-Z]+
    AF_(?:INET6?|UNSPEC|UNIX) PF_INET6? SOCK_(?:STREAM|DGRAM|RAW) SOL_SOCKET SOMAXCONN
    SO_[A-Z_]+ IPPROTO_\w+ IPV6_[A-Z0-9_]+ TCP_[A-Z_]+ MSG_(?:PEEK|OOB|WAITALL) INADDR_\w+
    IN6ADDR_\w+
""".split()

# Then what one of them has, or means, alone: these stand in no shared file, berkeley included.
ONE_SYSTEM_WORDS = r"""
    errno WSA[A-Z]\w+ SOCKET SOCKET_ERROR INVALID_SOCKET HANDLE INVALID_HANDLE_VALUE
    D?WORD U?LONG_PTR LP[A-Z]{3,} OVERLAPPED FormatMessage[AW]? GetLastError SetLastError
    CreateFile[AW]? CreateFileMapping[AW]? MapViewOfFile CloseHandle SetConsoleCtrlHandler
    GetTickCount(?:64)? QueryPerformance\w+ SIO_[A-Z_]+ FION(?:BIO|READ) SIOC[A-Z]+ ioctl\w*
    closesocket epoll_\w+ EPOLL[A-Z]+ kqueue kevent\w* fcntl F_[GS]ETF[LD] O_[A-Z]{4,} FD_CLOEXEC
    SOCK_(?:NONBLOCK|CLOEXEC) MSG_(?:NOSIGNAL|MORE|DONTWAIT|ZEROCOPY|TRUNC) SHUT_(?:RD|WR|RDWR)
    SD_(?:RECEIVE|SEND|BOTH) accept4 sendmsg recvmsg msghdr iovec sendfile\w* SIGPIPE SIGHUP
    SIGCHLD sigaction sigset_t pthread_\w+ clock_gettime mmap munmap waitpid setrlimit getrlimit
    _WIN\w+ WIN32 __linux\w* __APPLE__ __FreeBSD__ __unix\w* _MSC_VER __MINGW\w+ __GLIBC\w*
""".split() + sorted(name for name in dir(errno) if name.startswith("E"))


class Ban(NamedTuple):
    """A call that is not to be made, where, and what to write instead."""

    name: str
    pattern: str
    instead: str
    within: tuple = ()  # folders it is banned in; none named = all of the tree
    allowed: tuple = ()  # folders where it may stand all the same


BANS = (
    Ban(
        "sleeping in tests",
        r"\b(?:sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep)\b|(?<!\w)[sS]leep\s*\(",
        "wait for the event itself, with a deadline that fails the test",
        within=("tests",),
    ),
    Ban(
        "reading the clock",
        r"\b(?:steady|system|high_resolution)_clock::now\b",
        "time is an argument; ask the Clock of the System",
        allowed=("src/posix", "src/win32", BERKELEY, "tests/support", "bench"),
    ),
    Ban(
        "std::system_category",
        r"\bsystem_category\b",
        "MinGW's maps no Winsock code: use Error and describe()",
    ),
    Ban(
        "unseeded randomness",
        r"(?<![\w.>])s?rand\s*\(",
        "use an engine of <random> with a seed that the test prints",
    ),
    Ban(
        "using namespace std",
        r"\busing\s+namespace\s+std\s*;",
        "write std:: where it is used",
    ),
    Ban(
        "raw socket calls",
        r"(?<![\w>])::\s*(?:close|send|recv|accept|connect|listen|bind|shutdown|socket|select|poll)"
        r"\s*\(",
        "go through Sockets or Poller, the seam",
        allowed=SYSTEM_FOLDERS + (BERKELEY,),
    ),
)

# Spelt in pieces, so that these lines do not find themselves.
LEFT_OVERS = tuple(a + b for a, b in (("FIX", "ME"), ("TO", "DO"), ("X", "XX")))
WORKPLACE = tuple(
    "".join(pieces)
    for pieces in (
        (r"(?<![\w.}-])/wo", r"rk/"),
        (r"(?<![\w/])\.\./sha", r"red\b"),
        (r"/tmp/te", r"am\b"),
        (r"\b(?:deb|security|ftp[\w.]*)\.deb", r"ian\.org\b"),
        (r"\b(?:archive|security|ports)\.ubu", r"ntu\.com\b"),
        (r"\bregistry\.np", r"mjs\.(?:org|com)\b"),
        (r"\bregistry\.yarn", r"pkg\.com\b"),
        (r"\bpy", r"pi\.(?:org|io)\b"),
        (r"\bfiles\.python", r"hosted\.org\b"),
        (r"\bcra", r"tes\.io\b"),
        (r"\bproxy\.go", r"lang\.org\b"),
        (r"\bruby", r"gems\.org\b"),
        (r"\brepo1?\.mav", r"en\.(?:org|apache\.org)\b"),
        (r"\bconda\.ana", r"conda\.org\b"),
    )
)

# cmake -D OBJDUMP=... -P imports.cmake -- PROGRAM.exe...
# Fails when a program imports a DLL that is not a part of Windows itself.
cmake_minimum_required(VERSION 3.25)

set(system_dlls
    advapi32 bcrypt crypt32 iphlpapi kernel32 msvcrt ntdll psapi shell32 ucrtbase user32 ws2_32)

set(programs)
set(past_the_dashes FALSE)
foreach(index RANGE 1 ${CMAKE_ARGC})
    if(past_the_dashes AND CMAKE_ARGV${index})
        list(APPEND programs ${CMAKE_ARGV${index}})
    elseif(CMAKE_ARGV${index} STREQUAL "--")
        set(past_the_dashes TRUE)
    endif()
endforeach()
if(NOT programs)
    message(FATAL_ERROR "no program to check")
endif()

foreach(program ${programs})
    execute_process(COMMAND ${OBJDUMP} -p ${program} OUTPUT_VARIABLE headers
                    COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCHALL "DLL Name: [^\r\n]+" imports "${headers}")
    if(NOT imports)
        message(FATAL_ERROR "${program}: objdump names no import at all")
    endif()
    foreach(import ${imports})
        string(REPLACE "DLL Name: " "" import "${import}")
        string(TOLOWER "${import}" dll)
        string(REGEX REPLACE "\\.dll$" "" dll "${dll}")
        if(NOT dll IN_LIST system_dlls AND NOT dll MATCHES "^api-ms-win-")
            message(SEND_ERROR "${program} imports ${import}, which is not a part of Windows")
        endif()
    endforeach()
    message(STATUS "${program}: ${imports}")
endforeach()

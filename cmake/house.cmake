# caesura_house_rules(TARGET): how everything of ours is compiled, and nothing of our users'.
function(caesura_house_rules target)
    target_compile_features(${target} PRIVATE cxx_std_20)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    if(MSVC)
        target_compile_options(${target} PRIVATE /W4 /permissive- /utf-8 /Zc:__cplusplus)
        # Its advice against the standard library's own functions is not ours.
        target_compile_definitions(${target} PRIVATE _CRT_SECURE_NO_WARNINGS)
    else()
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
    endif()
    if(WIN32)
        # Windows 7 onwards; NOMINMAX because <windows.h> has macros by those names.
        target_compile_definitions(
            ${target} PRIVATE _WIN32_WINNT=0x0601 WIN32_LEAN_AND_MEAN NOMINMAX)
    endif()
endfunction()

# Builds a target, and what links it, with the sanitizers named in WATERBED_SANITIZE; assertions stay on.
function(waterbed_sanitize target)
  if(NOT WATERBED_SANITIZE)
    return()
  endif()
  get_target_property(type ${target} TYPE)
  target_compile_options(${target} PRIVATE -fsanitize=${WATERBED_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer -UNDEBUG)
  target_compile_definitions(${target} PRIVATE _GLIBCXX_ASSERTIONS)
  if(type STREQUAL "STATIC_LIBRARY")
    target_link_options(${target} INTERFACE $<BUILD_INTERFACE:-fsanitize=${WATERBED_SANITIZE}>)
  endif()
endfunction()

# Runs DIGEST as it is and with parts of the processor hidden from the C library; all outputs must be equal.
cmake_minimum_required(VERSION 3.25)

set(disguises "" "-FMA,-FMA4" "-AVX2,-AVX2_Usable,-AVX512F" "-FMA,-FMA4,-AVX2,-AVX2_Usable,-AVX512F,-AVX,-ERMS")
foreach(disguise IN LISTS disguises)
  execute_process(COMMAND "${CMAKE_COMMAND}" -E env "GLIBC_TUNABLES=glibc.cpu.hwcaps=${disguise}" "${DIGEST}"
    OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  message("hidden: '${disguise}'\n${output}")
  if(NOT output)
    message(FATAL_ERROR "no output")
  endif()
  if(DEFINED first AND NOT output STREQUAL first)
    message(FATAL_ERROR "the output differs")
  endif()
  set(first "${output}")
endforeach()

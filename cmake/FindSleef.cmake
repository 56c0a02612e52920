# SLEEF has no CMake config file before version 4. Defines Sleef::sleef.
find_path(Sleef_INCLUDE_DIR sleef.h)
find_library(Sleef_LIBRARY sleef)
mark_as_advanced(Sleef_INCLUDE_DIR Sleef_LIBRARY)

if(Sleef_INCLUDE_DIR AND EXISTS "${Sleef_INCLUDE_DIR}/sleef.h")
  file(STRINGS "${Sleef_INCLUDE_DIR}/sleef.h" sleef_lines REGEX "^#define SLEEF_VERSION_(MAJOR|MINOR|PATCHLEVEL) ")
  foreach(part MAJOR MINOR PATCHLEVEL)
    if(sleef_lines MATCHES "SLEEF_VERSION_${part} ([0-9]+)")
      set(sleef_${part} "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(Sleef_VERSION "${sleef_MAJOR}.${sleef_MINOR}.${sleef_PATCHLEVEL}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Sleef REQUIRED_VARS Sleef_LIBRARY Sleef_INCLUDE_DIR VERSION_VAR Sleef_VERSION)

if(Sleef_FOUND AND NOT TARGET Sleef::sleef)
  add_library(Sleef::sleef UNKNOWN IMPORTED)
  set_target_properties(Sleef::sleef PROPERTIES
    IMPORTED_LOCATION "${Sleef_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${Sleef_INCLUDE_DIR}")
endif()

# Installs the build, copies the consumer out of the tree, builds it against the installed package and runs it.
cmake_minimum_required(VERSION 3.25)

set(temporary "$ENV{TMPDIR}")
if(NOT temporary)
  set(temporary /tmp)
endif()
string(RANDOM LENGTH 12 suffix)
set(work "${temporary}/waterbed-install-${suffix}")
file(MAKE_DIRECTORY "${work}")
file(COPY "${CONSUMER}/CMakeLists.txt" "${CONSUMER}/main.cpp" DESTINATION "${work}/consumer")

# Each step runs only if the last one passed; the folder goes whatever happens.
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${work}/prefix" OUTPUT_QUIET
  RESULT_VARIABLE failed)
if(NOT failed)
  execute_process(COMMAND "${CMAKE_COMMAND}" -S "${work}/consumer" -B "${work}/build" -G "${GENERATOR}"
    "-DCMAKE_PREFIX_PATH=${work}/prefix" "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
    RESULT_VARIABLE failed)
endif()
if(NOT failed)
  execute_process(COMMAND "${CMAKE_COMMAND}" --build "${work}/build" RESULT_VARIABLE failed)
endif()
if(NOT failed)
  execute_process(COMMAND "${work}/build/consumer" "${CONSUMER}/../../scenarios/two_clinics.yaml" RESULT_VARIABLE failed)
endif()
file(REMOVE_RECURSE "${work}")
if(failed)
  message(FATAL_ERROR "the consumer project failed: ${failed}")
endif()

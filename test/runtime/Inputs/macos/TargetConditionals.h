/* For compiling the runtime for macOS on other systems: see runtime/macos.test. */
#define TARGET_OS_IPHONE 0

//! The allocator, and how long it holds memory that nobody uses.

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// `mi_option_purge_delay` in `mimalloc.h`, which the binding has no name for.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// How many milliseconds unused memory is kept. Measured: with the default of 1,000 the process is half as large again
/// under load, with 10 it is no slower, with 0 it makes answers at half the speed.
const PURGE_DELAY_MILLISECONDS: std::ffi::c_long = 10;

/// Gives unused memory back soon.
#[expect(unsafe_code, reason = "the allocator's settings can be reached only so")]
pub(crate) fn configure() {
    // SAFETY: the option exists in the version that Cargo.lock pins, a test sees to its number, and setting it only
    // stores the value.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, PURGE_DELAY_MILLISECONDS) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(unsafe_code, reason = "the allocator's settings can be reached only so")]
    fn the_number_is_that_of_the_purge_delay() {
        // SAFETY: reading an option reads a number.
        let read = || unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert_eq!(read(), 1_000, "mimalloc has renumbered its options, or changed its default");

        configure();

        assert_eq!(read(), PURGE_DELAY_MILLISECONDS);
    }
}

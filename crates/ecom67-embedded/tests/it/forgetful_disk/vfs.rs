//! The plumbing between SQLite and [`State`](super::State).
#![expect(unsafe_code, reason = "SQLite's virtual file systems are tables of C functions")]

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::ffi::{
    SQLITE_IOERR, SQLITE_IOERR_FSYNC, SQLITE_OK, SQLITE_OPEN_CREATE, SQLITE_OPEN_MAIN_JOURNAL, SQLITE_OPEN_WAL,
    sqlite3_file, sqlite3_filename, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find,
    sqlite3_vfs_register,
};

use super::State;

/// An open file as SQLite knows it. SQLite allocates it, with room for the real file behind it.
#[repr(C)]
struct File {
    base: sqlite3_file,
    state: *const State,
    /// Absent for temporary files, which nobody misses.
    image: Option<usize>,
    /// The real file system syncs the folder at the first sync of a new journal or log: so does this one.
    folder_is_unsynced: bool,
    real: *mut sqlite3_file,
}

/// What stands behind `pAppData`: the real file system and what is remembered of it.
struct Behind {
    real: *mut sqlite3_vfs,
    state: Arc<State>,
}

/// Makes `state` known to SQLite as a file system. It stays known until the process ends: connections may outlive a
/// test that failed.
pub(super) fn register(name: &CStr, state: Arc<State>) {
    // SAFETY: the default file system lives as long as the process, and so does ours, since its parts are leaked.
    let result = unsafe {
        let real = sqlite3_vfs_find(ptr::null());
        let behind = Box::leak(Box::new(Behind { real, state }));
        let own_size = c_int::try_from(size_of::<File>()).expect("a small struct");
        let vfs = Box::leak(Box::new(sqlite3_vfs {
            iVersion: 2,
            szOsFile: own_size + (*real).szOsFile,
            pNext: ptr::null_mut(),
            zName: name.to_owned().into_raw(),
            pAppData: ptr::from_mut(behind).cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xCurrentTimeInt64: Some(current_time_int64),
            xGetLastError: Some(last_error),
            ..*real
        }));
        sqlite3_vfs_register(vfs, 0)
    };
    assert_eq!(result, SQLITE_OK, "the file system cannot be registered");
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Calls a function of the real file system, or of the real file, in the place of ours.
macro_rules! real {
    (vfs $vfs:expr, $function:ident $(, $argument:expr)*) => {{
        let real = behind($vfs).real;
        ((*real).$function.expect(concat!("the real file system has ", stringify!($function))))(real $(, $argument)*)
    }};
    (file $file:expr, $function:ident $(, $argument:expr)*) => {{
        let real = (*$file.cast::<File>()).real;
        ((*(*real).pMethods).$function.expect(concat!("a real file has ", stringify!($function))))(real $(, $argument)*)
    }};
}

/// Functions that only pass on.
macro_rules! pass_on {
    ($kind:ident $($name:ident = $function:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(unsafe extern "C" fn $name(this: pass_on!(@this $kind) $(, $argument: $type)*) -> $result {
            // SAFETY: SQLite calls it with a file (system) of ours and arguments that the real one may have.
            unsafe { real!($kind this, $function $(, $argument)*) }
        })*
    };
    (@this vfs) => { *mut sqlite3_vfs };
    (@this file) => { *mut sqlite3_file };
}

pass_on! { vfs
    access = xAccess(name: *const c_char, flags: c_int, result: *mut c_int) -> c_int;
    full_pathname = xFullPathname(name: *const c_char, size: c_int, full: *mut c_char) -> c_int;
    randomness = xRandomness(size: c_int, bytes: *mut c_char) -> c_int;
    sleep = xSleep(microseconds: c_int) -> c_int;
    current_time = xCurrentTime(time: *mut f64) -> c_int;
    current_time_int64 = xCurrentTimeInt64(time: *mut sqlite3_int64) -> c_int;
    last_error = xGetLastError(size: c_int, text: *mut c_char) -> c_int;
}

pass_on! { file
    close = xClose() -> c_int;
    read = xRead(bytes: *mut c_void, length: c_int, at: sqlite3_int64) -> c_int;
    file_size = xFileSize(size: *mut sqlite3_int64) -> c_int;
    lock = xLock(level: c_int) -> c_int;
    unlock = xUnlock(level: c_int) -> c_int;
    check_reserved_lock = xCheckReservedLock(result: *mut c_int) -> c_int;
    file_control = xFileControl(operation: c_int, argument: *mut c_void) -> c_int;
    sector_size = xSectorSize() -> c_int;
    device_characteristics = xDeviceCharacteristics() -> c_int;
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, memory: *mut *mut c_void) -> c_int;
    shm_lock = xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int;
    shm_barrier = xShmBarrier() -> ();
    shm_unmap = xShmUnmap(delete: c_int) -> c_int;
}

/// # Safety
///
/// `vfs` must be one of ours.
unsafe fn behind<'vfs>(vfs: *mut sqlite3_vfs) -> &'vfs Behind {
    // SAFETY: `register` put it there and leaked it.
    unsafe { &*(*vfs).pAppData.cast::<Behind>() }
}

/// # Safety
///
/// `name` must be null or a string.
unsafe fn path(name: *const c_char) -> Option<PathBuf> {
    // SAFETY: by this function's own contract.
    (!name.is_null()).then(|| OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()).into())
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for `szOsFile` bytes: a `File`, and the real file behind it.
    unsafe {
        let own = file.cast::<File>();
        let real = own.add(1).cast::<sqlite3_file>();
        ptr::write(file, sqlite3_file { pMethods: ptr::null() });
        let result = real!(vfs vfs, xOpen, name, real, flags, flags_out);
        if result != SQLITE_OK {
            return result;
        }
        let state = &behind(vfs).state;
        let image = path(name).map(|name| state.change(|contents| contents.open(name)));
        let is_new_log = flags & SQLITE_OPEN_CREATE != 0 && flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL) != 0;
        let base = sqlite3_file { pMethods: &raw const METHODS };
        ptr::write(own, File { base, state: Arc::as_ptr(state), image, folder_is_unsynced: is_new_log, real });
        SQLITE_OK
    }
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: SQLite calls it with our file system and the name of a file.
    unsafe {
        let result = real!(vfs vfs, xDelete, name, sync_folder);
        if result == SQLITE_OK
            && let Some(name) = path(name)
        {
            behind(vfs).state.change(|contents| {
                contents.remove(&name);
                if sync_folder != 0 {
                    contents.sync_names();
                }
            });
        }
        result
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, bytes: *const c_void, length: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: SQLite calls it with a file that `open` made, and `length` bytes.
    unsafe {
        let own = &*file.cast::<File>();
        let result = real!(file file, xWrite, bytes, length, at);
        let (Ok(length), Ok(at)) = (usize::try_from(length), u64::try_from(at)) else { return SQLITE_IOERR };
        if result == SQLITE_OK
            && let Some(image) = own.image
        {
            let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), length);
            (*own.state).change(|contents| contents.write(image, at, bytes));
        }
        result
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: SQLite calls it with a file that `open` made.
    unsafe {
        let own = &*file.cast::<File>();
        let result = real!(file file, xTruncate, size);
        let Ok(size) = u64::try_from(size) else { return SQLITE_IOERR };
        if result == SQLITE_OK
            && let Some(image) = own.image
        {
            (*own.state).change(|contents| contents.truncate(image, size));
        }
        result
    }
}

/// The real disk is spared: what counts is what is remembered.
unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite calls it with a file that `open` made, and uses a file by one thread at a time.
    unsafe {
        let own = &mut *file.cast::<File>();
        if let Some(image) = own.image {
            if (*own.state).next_sync_fails.swap(false, Ordering::Relaxed) {
                (*own.state).change(|contents| contents.fail_to_sync(image));
                return SQLITE_IOERR_FSYNC;
            }
            let sync_folder = std::mem::take(&mut own.folder_is_unsynced);
            (*own.state).change(|contents| {
                contents.sync(image);
                if sync_folder {
                    contents.sync_names();
                }
            });
        }
        SQLITE_OK
    }
}

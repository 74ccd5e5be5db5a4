// Must come before anything that touches the disk: libuv reads it once, when its pool starts. Forcing files to the disk is waiting, and
// many wait better together than few.
process.env.UV_THREADPOOL_SIZE ??= '16';

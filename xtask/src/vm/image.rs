//! What the machine boots: a first file system of a shell, a few modules and the program, and an empty disk.

use super::dice::Dice;
use super::packages::{Kernel, output};
use super::write_log;
use crate::build;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Loaded with all that they need, in this order.
const MODULES: [&str; 3] = ["virtio_pci", "virtio_blk", "ext4"];
const DISK_BYTES: u64 = 96 << 20;

/// The first program of the machine. Its words come from the kernel's command line, after `--`.
const INIT: &str = "#!/bin/busybox sh
export PATH=/bin
busybox mount -t proc none /proc
busybox mount -t devtmpfs none /dev
exec </dev/ttyS0 >/dev/ttyS0 2>&1
busybox stty raw -echo
for module in $(busybox cat /modules/order); do busybox insmod /modules/$module || echo \"fault: no $module\"; done
busybox mount -t ext4 /dev/vda /disk || echo 'fault: no disk'
/bin/power_cut \"$@\" /disk/kiosk.db || echo 'fault: the program has ended'
busybox sleep 3600
";

/// Files to start machines with.
pub(super) struct Image {
    pub(super) kernel: PathBuf,
    pub(super) first_file_system: PathBuf,
    pub(super) disk: PathBuf,
    /// What is written to the disk while the machine runs.
    pub(super) log: PathBuf,
    /// The disk as it is when it is new.
    blank: Vec<u8>,
}

impl Image {
    /// Builds the program and packs it with a shell and the modules.
    pub(super) fn build(folder: &Path, kernel: &Kernel) -> Result<Self> {
        let root = folder.join("root");
        let _ = fs::remove_dir_all(&root);
        for place in ["bin", "dev", "disk", "modules", "proc"] {
            fs::create_dir_all(root.join(place))?;
        }
        fs::write(root.join("init"), INIT)?;
        fs::set_permissions(root.join("init"), PermissionsExt::from_mode(0o755))?;
        fs::copy("/bin/busybox", root.join("bin/busybox")).context("busybox-static is not there")?;
        add_program(&root)?;
        add_modules(&root, kernel)?;
        let first_file_system = folder.join("first.cpio");
        pack(&root, &first_file_system)?;
        let disk = folder.join("disk.img");
        File::create(&disk)?.set_len(DISK_BYTES)?;
        // In sbin, which is not on the path of every user.
        output(Command::new("/sbin/mkfs.ext4").args(["-q", "-F"]).arg(&disk))?;
        let blank = fs::read(&disk)?;
        Ok(Self { kernel: kernel.image(), first_file_system, disk, log: folder.join("writes.log"), blank })
    }

    /// An empty disk and an empty log.
    pub(super) fn new_disk(&self) -> Result<()> {
        fs::write(&self.disk, &self.blank)?;
        Ok(fs::write(&self.log, [])?)
    }

    /// Leaves on the disk what a power cut leaves: what was flushed, and of the rest any.
    pub(super) fn forget_what_was_not_flushed(&self, dice: &mut Dice) -> Result<()> {
        let mut disk = self.blank.clone();
        write_log::replay(&fs::read(&self.log)?, &mut disk, dice)?;
        Ok(fs::write(&self.disk, disk)?)
    }
}

/// The program with the libraries that it is linked to, at the places where it looks for them.
fn add_program(root: &Path) -> Result<()> {
    let mut cargo = build::cargo();
    // The features of the tests, so that nothing is compiled a second time after them.
    cargo.args(["build", "--workspace", "--example", "power_cut", "--no-default-features"]);
    if !cargo.args(build::TEST_FEATURES).status()?.success() {
        bail!("the build failed: see cargo's words above");
    }
    let program = build::target().join("debug/examples/power_cut");
    output(Command::new("strip").arg(&program).arg("-o").arg(root.join("bin/power_cut")))?;
    for library in libraries(&output(Command::new("ldd").arg(&program))?) {
        let place = root.join(library.trim_start_matches('/'));
        fs::create_dir_all(place.parent().context("a library lies in a folder")?)?;
        fs::copy(library, place).with_context(|| format!("{library} is not there"))?;
    }
    Ok(())
}

/// The paths in the answer of `ldd`; the kernel's own library has none.
fn libraries(answer: &str) -> Vec<&str> {
    answer.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/'))).collect()
}

fn add_modules(root: &Path, kernel: &Kernel) -> Result<()> {
    let mut order: Vec<String> = Vec::new();
    for module in MODULES {
        let mut modprobe = Command::new("/sbin/modprobe");
        modprobe.arg("-d").arg(&kernel.root).args(["-S", &kernel.release, "--show-depends", module]);
        let answer = output(&mut modprobe)?;
        for file in module_files(&answer) {
            let name = file.file_name().context("a module has a name")?.to_string_lossy().into_owned();
            if order.contains(&name) {
                continue;
            }
            fs::copy(file, root.join("modules").join(&name))?;
            order.push(name);
        }
    }
    Ok(fs::write(root.join("modules/order"), order.join("\n"))?)
}

/// The paths in the answer of `modprobe --show-depends`.
fn module_files(answer: &str) -> impl Iterator<Item = &Path> {
    answer.lines().filter_map(|line| line.strip_prefix("insmod ")).map(|path| Path::new(path.trim()))
}

fn pack(root: &Path, archive: &Path) -> Result<()> {
    let names = output(Command::new("find").current_dir(root))?;
    let mut cpio = Command::new("cpio")
        .args(["--quiet", "-o", "-H", "newc", "-R", "0:0"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(File::create(archive)?)
        .spawn()
        .context("cpio can't be started")?;
    cpio.stdin.take().context("cpio takes no names")?.write_all(names.as_bytes())?;
    if cpio.wait()?.success() { Ok(()) } else { bail!("cpio failed") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_those_with_a_place() {
        let answer = "\tlinux-vdso.so.1 (0x00007fff)\n\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f)\n\
                      \t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n";
        assert_eq!(libraries(answer), ["/lib/x86_64-linux-gnu/libm.so.6", "/lib64/ld-linux-x86-64.so.2"]);
        assert!(libraries("\tstatically linked\n").is_empty());
    }

    #[test]
    fn modules_come_in_the_order_of_their_needs() {
        let answer = "insmod /k/virtio.ko \ninsmod /k/virtio_blk.ko \nbuiltin scsi\n";
        let files: Vec<_> = module_files(answer).collect();
        assert_eq!(files, [Path::new("/k/virtio.ko"), Path::new("/k/virtio_blk.ko")]);
    }
}

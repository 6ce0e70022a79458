/**
 * A boot sector that proves an accelerator can run a guest: it asks the BIOS for the disk's EDD data (where half-working nested
 * KVM hangs), turns on paging and long mode, runs CPUID and RDTSC, and writes 0x2a to the isa-debug-exit port 0x501, so that QEMU
 * ends with exit code 85. Assembled (GNU as, `--64`, text at 0x7c00) from:
 *
 *   .code16; cli; xor %ax,%ax; mov %ax,%ds; mov %ax,%es; mov %ax,%ss; mov $0x7c00,%sp; sti
 *   mov $0x41,%ah; mov $0x55aa,%bx; mov $0x80,%dl; int $0x13                  # EDD installed?
 *   movw $0x1a,0x7000; mov $0x48,%ah; mov $0x80,%dl; mov $0x7000,%si; int $0x13 # drive parameters
 *   cli; mov $0x1000,%di; xor %eax,%eax; mov $0xc00,%cx; cld; rep stosl        # page tables: 2 MiB, identity
 *   movl $0x2003,0x1000; movl $0x3003,0x2000; movl $0x83,0x3000
 *   mov $0x1000,%eax; mov %eax,%cr3; mov %cr4,%eax; or $0x20,%eax; mov %eax,%cr4
 *   mov $0xc0000080,%ecx; rdmsr; or $0x100,%eax; wrmsr; lgdtl gdtr
 *   mov %cr0,%eax; or $0x80000001,%eax; mov %eax,%cr0; ljmpw $8,$long
 *   .code64; long: xor %eax,%eax; cpuid; rdtsc; mov $0x501,%dx; mov $0x2a,%al; out %al,%dx; 1: hlt; jmp 1b
 *   gdt: .quad 0, 0x00209a0000000000; gdtr: .word 15; .long gdt
 */
const code = Buffer.from(
  'fa31c08ed88ec08ed0bc007cfbb441bbaa55b280cd13c70600701a00b448b280be0070cd13fabf00106631c0b9000cfc66f3ab66c70600100320000066' +
    'c70600200330000066c70600308300000066b8001000000f22d80f20e06683c8200f22e066b9800000c00f32660d000100000f30660f0116a87c0f20c0' +
    '660d010000800f22c0ea887c080031c00fa20f3166ba0105b02aeef4ebfd000000000000000000000000009a20000f00987c0000',
  'hex',
);

export const probeExitCode = 85;

/** 1 MiB: SeaBIOS does not boot from a disk without a whole cylinder. */
const probeDiskBytes = 1024 * 1024;

/** A raw disk whose boot sector ends QEMU with `probeExitCode`. */
export function buildProbeDisk(): Uint8Array {
  const disk = new Uint8Array(probeDiskBytes);
  disk.set(code);
  disk.set([0x55, 0xaa], 510);
  return disk;
}

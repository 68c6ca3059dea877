#!/bin/busybox sh
# The first program of the guest. It sees the machine that started it read-only, with a file system in memory laid over it,
# so it has the same Python and the same programs and can change nothing; only the exchange folder is shared both ways.
busybox=/bin/busybox
$busybox mount -t devtmpfs dev /dev
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sys /sys
while read -r module; do
    $busybox insmod "/modules/$module" || echo "no $module"
done </order
share=trans=virtio,version=9p2000.L,msize=524288
$busybox mount -t 9p -o "ro,cache=loose,$share" root /lower
$busybox mount -t tmpfs memory /upper
$busybox mkdir /upper/changed /upper/work
$busybox mount -t overlay -o lowerdir=/lower,upperdir=/upper/changed,workdir=/upper/work overlay /whole
$busybox mkdir -p /whole/exchange /whole/stick
for folder in dev proc sys; do
    $busybox mount --bind "/$folder" "/whole/$folder"
done
$busybox mount -t 9p -o "$share" exchange /whole/exchange
$busybox ip link set lo up
$busybox chroot /whole /bin/sh /exchange/run.sh >/whole/exchange/log 2>&1
echo $? >/whole/exchange/status.partial
$busybox mv /whole/exchange/status.partial /whole/exchange/status
$busybox sync
echo o >/proc/sysrq-trigger
$busybox sleep 60

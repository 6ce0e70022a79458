# For people who log in. Services keep their own: what nodeadm and the kubelet write has to be readable where it is used.
umask 027
TMOUT=1800
export TMOUT

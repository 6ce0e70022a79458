/** A vCenter and who talks to it. The password reaches programs by their environment only. */
export interface VsphereConnection {
  /** Host name or address, with `:port` if it is not 443. */
  server: string;
  user: string;
  password: string;
  /** True: the certificate is not looked at. */
  insecure: boolean;
  /** PEM files of certificate authorities to trust besides the system's, as in GOVC_TLS_CA_CERTS (`:` between them); empty: none. */
  caCertificates: string;
}

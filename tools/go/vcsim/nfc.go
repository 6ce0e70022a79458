package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// The simulator reports SHA-1 of an uploaded disk only, so that `govc import.ova -m` cannot verify a SHA-256 manifest
// against it. vCenter reports SHA-256 since 6.7, and so does this program: the body of each upload is hashed on its way to
// the simulator, and the lease's manifest gets the two fields that the simulator leaves empty.
type uploads struct {
	mutex sync.Mutex
	sums  map[string]string // "<lease>/<device>" to hex
}

func addSha256(service *simulator.Service) hook {
	u := &uploads{sums: map[string]string{}}
	for _, method := range []string{http.MethodPut, http.MethodPost} {
		service.ServeMux.HandleFunc(method+" /nfc/{lease}/{device}", u.serve)
	}
	return u.intercept
}

func (u *uploads) serve(w http.ResponseWriter, r *http.Request) {
	sum := sha256.New()
	r.Body = &teeBody{Reader: io.TeeReader(r.Body, sum), Closer: r.Body}
	done := func() {
		u.mutex.Lock()
		defer u.mutex.Unlock()
		u.sums[r.PathValue("lease")+"/"+r.PathValue("device")] = hex.EncodeToString(sum.Sum(nil))
	}
	simulator.ServeNFC(&answer{ResponseWriter: w, before: done}, r)
}

type teeBody struct {
	io.Reader
	io.Closer
}

// answer runs before when the status is written: the client may ask for the manifest as soon as it has it.
type answer struct {
	http.ResponseWriter
	before func()
}

func (a *answer) WriteHeader(status int) {
	a.before()
	a.ResponseWriter.WriteHeader(status)
}

// intercept puts a lease that knows SHA-256 in the place of the simulator's own.
func (u *uploads) intercept(ctx *simulator.Context, method *simulator.Method) mo.Reference {
	if method.Name != "HttpNfcLeaseGetManifest" {
		return nil
	}
	if lease, ok := ctx.Session.Get(method.This).(*simulator.HttpNfcLease); ok {
		return &hashedLease{HttpNfcLease: lease, uploads: u}
	}
	return nil
}

type hashedLease struct {
	*simulator.HttpNfcLease
	uploads *uploads
}

func (l *hashedLease) HttpNfcLeaseGetManifest(ctx *simulator.Context, req *types.HttpNfcLeaseGetManifest) soap.HasFault {
	body := l.HttpNfcLease.HttpNfcLeaseGetManifest(ctx, req)
	manifest, ok := body.(*methods.HttpNfcLeaseGetManifestBody)
	if !ok || manifest.Res == nil {
		return body
	}
	devices := map[string]string{}
	for _, device := range l.Info.DeviceUrl {
		devices[device.Key] = device.TargetId
	}
	l.uploads.mutex.Lock()
	defer l.uploads.mutex.Unlock()
	for i := range manifest.Res.Returnval {
		entry := &manifest.Res.Returnval[i]
		if sum, known := l.uploads.sums[l.Self.Value+"/"+devices[entry.Key]]; known {
			entry.Checksum, entry.ChecksumType = sum, string(types.HttpNfcLeaseManifestEntryChecksumTypeSha256)
		}
	}
	return body
}

package main

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// The simulator imports machines but does not export them. This program does: ExportVm gives a lease whose only disk is the
// file of -export-disk (the simulator's own disks have no content), and CreateDescriptor an OVF that names the files.
type exporter struct {
	disk string
}

const exportPath = "/hnf-export/disk-0.vmdk"

func addExport(service *simulator.Service, disk string) hook {
	e := &exporter{disk: disk}
	if disk != "" {
		service.ServeMux.HandleFunc(http.MethodGet+" "+exportPath, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFile(w, r, disk)
		})
	}
	return e.intercept
}

func (e *exporter) intercept(ctx *simulator.Context, method *simulator.Method) mo.Reference {
	if e.disk == "" {
		return nil
	}
	switch object := ctx.Map.Get(method.This).(type) {
	case *simulator.VirtualMachine:
		if method.Name == "ExportVm" {
			return &exportedMachine{VirtualMachine: object, exporter: e}
		}
	case *simulator.OvfManager:
		if method.Name == "CreateDescriptor" {
			return &describingManager{OvfManager: object}
		}
	}
	return nil
}

type exportedMachine struct {
	*simulator.VirtualMachine
	exporter *exporter
}

// Get is what the property collector reads.
func (m *exportedMachine) Get() mo.Reference { return m.VirtualMachine }

func (m *exportedMachine) ExportVm(ctx *simulator.Context, req *types.ExportVm) soap.HasFault {
	defer forget(ctx, m)
	body := &methods.ExportVmBody{}
	if m.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn {
		body.Fault_ = simulator.Fault("", &types.InvalidPowerState{
			RequestedState: types.VirtualMachinePowerStatePoweredOff, ExistingState: m.Runtime.PowerState,
		})
		return body
	}
	info, err := os.Stat(m.exporter.disk)
	if err != nil {
		body.Fault_ = simulator.Fault(err.Error(), &types.FileNotFound{})
		return body
	}
	isDisk := true
	lease := &exportLease{HttpNfcLease: mo.HttpNfcLease{State: types.HttpNfcLeaseStateReady}}
	ctx.Session.Put(lease)
	lease.Info = &types.HttpNfcLeaseInfo{
		Lease: lease.Self, Entity: m.Self, LeaseTimeout: 300,
		DeviceUrl: []types.HttpNfcLeaseDeviceUrl{{
			Key: "/" + m.Self.Value + "/VirtualSCSIController0:0", ImportKey: "/disk-0", TargetId: "disk-0.vmdk",
			Url: serverURL + exportPath, Disk: &isDisk, FileSize: info.Size(),
		}},
	}
	body.Res = &types.ExportVmResponse{Returnval: lease.Self}
	return body
}

type exportLease struct {
	mo.HttpNfcLease
}

func (l *exportLease) HttpNfcLeaseProgress(_ *simulator.Context, req *types.HttpNfcLeaseProgress) soap.HasFault {
	l.TransferProgress = req.Percent
	return &methods.HttpNfcLeaseProgressBody{Res: new(types.HttpNfcLeaseProgressResponse)}
}

func (l *exportLease) HttpNfcLeaseComplete(ctx *simulator.Context, req *types.HttpNfcLeaseComplete) soap.HasFault {
	ctx.Session.Remove(ctx, req.This)
	return &methods.HttpNfcLeaseCompleteBody{Res: new(types.HttpNfcLeaseCompleteResponse)}
}

func (l *exportLease) HttpNfcLeaseAbort(ctx *simulator.Context, req *types.HttpNfcLeaseAbort) soap.HasFault {
	ctx.Session.Remove(ctx, req.This)
	return &methods.HttpNfcLeaseAbortBody{Res: new(types.HttpNfcLeaseAbortResponse)}
}

type describingManager struct {
	*simulator.OvfManager
}

func (m *describingManager) CreateDescriptor(ctx *simulator.Context, req *types.CreateDescriptor) soap.HasFault {
	defer forget(ctx, m)
	text := &strings.Builder{}
	fmt.Fprint(text, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+
		`<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">`+"\n<References>")
	for i, file := range req.Cdp.OvfFiles {
		name := &strings.Builder{}
		_ = xml.EscapeText(name, []byte(file.Path))
		fmt.Fprintf(text, `<File ovf:id="file%d" ovf:href="%s" ovf:size="%d"/>`, i+1, name, file.Size)
	}
	fmt.Fprint(text, "</References>\n</Envelope>\n")
	return &methods.CreateDescriptorBody{
		Res: &types.CreateDescriptorResponse{Returnval: types.OvfCreateDescriptorResult{OvfDescriptor: text.String()}},
	}
}

package main

import (
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// addClone makes two things of a clone what they are in a vCenter: the notes asked for, which the simulator forgets, and a file of
// its own for a disk that is grown. The client sends the template's device with another capacity, and the simulator would take its
// file name along, so that the clone and the template had one file and destroying one emptied the other.
func addClone(service *simulator.Service) hook {
	return func(ctx *simulator.Context, method *simulator.Method) mo.Reference {
		request, ok := method.Body.(*types.CloneVM_Task)
		if !ok || request.Spec.Config == nil {
			return nil
		}
		ownDisks(request)
		machine, ok := ctx.Map.Get(method.This).(*simulator.VirtualMachine)
		if !ok || request.Spec.Config.Annotation == "" {
			return nil
		}
		return &annotatingMachine{VirtualMachine: machine, service: service}
	}
}

func ownDisks(request *types.CloneVM_Task) {
	for _, change := range request.Spec.Config.DeviceChange {
		disk, ok := change.GetVirtualDeviceConfigSpec().Device.(*types.VirtualDisk)
		if !ok || change.GetVirtualDeviceConfigSpec().Operation != types.VirtualDeviceConfigSpecOperationEdit {
			continue
		}
		if backing, ok := disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo); ok {
			var path object.DatastorePath
			if path.FromString(backing.FileName) {
				path.Path = request.Name + "/" + request.Name + ".vmdk"
				backing.FileName = path.String()
			}
		}
	}
}

type annotatingMachine struct {
	*simulator.VirtualMachine
	service *simulator.Service
}

// Get is what the property collector reads.
func (m *annotatingMachine) Get() mo.Reference { return m.VirtualMachine }

func (m *annotatingMachine) CloneVMTask(ctx *simulator.Context, req *types.CloneVM_Task) soap.HasFault {
	defer forget(ctx, m)
	body := m.VirtualMachine.CloneVMTask(ctx, req)
	if started, ok := body.(*methods.CloneVM_TaskBody); ok && started.Res != nil {
		if task, ok := ctx.Map.Get(started.Res.Returnval).(*simulator.Task); ok {
			go annotate(m.service, task, req.Spec.Config.Annotation)
		}
	}
	return body
}

func annotate(service *simulator.Service, task *simulator.Task, text string) {
	task.Wait()
	ref, ok := task.Info.Result.(types.ManagedObjectReference)
	if !ok {
		return
	}
	own := *service.Context
	if clone, ok := own.Map.Get(ref).(*simulator.VirtualMachine); ok {
		own.WithLock(clone, func() {
			own.Update(clone, []types.PropertyChange{
				{Name: "config.annotation", Val: text}, {Name: "summary.config.annotation", Val: text},
			})
		})
	}
}

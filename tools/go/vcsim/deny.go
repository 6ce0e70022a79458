package main

import (
	"slices"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// denyPrivileges makes HasPrivilegeOnEntities say no for some privileges; the simulator itself grants everything.
func denyPrivileges(list string) hook {
	denied := strings.Split(list, ",")
	return func(ctx *simulator.Context, method *simulator.Method) mo.Reference {
		if list == "" || method.Name != "HasPrivilegeOnEntities" {
			return nil
		}
		manager, ok := ctx.Map.Get(method.This).(*simulator.AuthorizationManager)
		if !ok {
			return nil
		}
		return &strictManager{AuthorizationManager: manager, denied: denied}
	}
}

type strictManager struct {
	*simulator.AuthorizationManager
	denied []string
}

func (m *strictManager) HasPrivilegeOnEntities(ctx *simulator.Context, req *types.HasPrivilegeOnEntities) soap.HasFault {
	defer forget(ctx, m)
	body := m.AuthorizationManager.HasPrivilegeOnEntities(req).(*methods.HasPrivilegeOnEntitiesBody)
	for i := range body.Res.Returnval {
		answers := body.Res.Returnval[i].PrivAvailability
		for k := range answers {
			answers[k].IsGranted = !slices.Contains(m.denied, answers[k].PrivId)
		}
	}
	return body
}

package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// hook gives another object for one call in the place of the simulator's own; nil leaves it as it is.
type hook func(ctx *simulator.Context, method *simulator.Method) mo.Reference

// addHooks lets several hooks share the one place the simulator has for them: the first that answers wins. What counts is the
// session's registry, which goes before the service's; the object takes itself out of it again with forget.
func addHooks(service *simulator.Service, hooks ...hook) {
	service.Context.Map.Handler = func(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
		if ctx.Session == nil {
			return nil, nil
		}
		for _, h := range hooks {
			if object := h(ctx, method); object != nil {
				ctx.Session.Registry.Put(object)
				return nil, nil
			}
		}
		return nil, nil
	}
}

func forget(ctx *simulator.Context, object mo.Reference) {
	ctx.Session.Registry.Remove(ctx, object.Reference())
}

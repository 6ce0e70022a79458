module hybrid-node-factory/tools/vcsim

go 1.25.0

require (
	github.com/pkg/sftp v1.13.2
	github.com/vmware/govmomi v0.56.0
	golang.org/x/crypto v0.54.0
)

require (
	github.com/google/uuid v1.6.0 // indirect
	github.com/kr/fs v0.1.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.41.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

package main

import (
	"io"
	"os"
	"path"
	"strings"

	"github.com/pkg/sftp"
)

// guestFiles is what a guest shows by SFTP: a folder that nothing leads out of.
type guestFiles struct {
	root *os.Root
}

func inside(name string) string {
	clean := strings.TrimPrefix(path.Clean("/"+name), "/")
	if clean == "" {
		return "."
	}
	return clean
}

func (f *guestFiles) Fileread(r *sftp.Request) (io.ReaderAt, error) {
	return f.root.Open(inside(r.Filepath))
}

func (f *guestFiles) Filewrite(r *sftp.Request) (io.WriterAt, error) {
	return f.root.OpenFile(inside(r.Filepath), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
}

func (f *guestFiles) Filecmd(r *sftp.Request) error {
	switch r.Method {
	case "Setstat":
		return nil
	case "Mkdir":
		return f.root.Mkdir(inside(r.Filepath), 0o700)
	case "Remove", "Rmdir":
		return f.root.Remove(inside(r.Filepath))
	}
	return sftp.ErrSSHFxOpUnsupported
}

func (f *guestFiles) Filelist(r *sftp.Request) (sftp.ListerAt, error) {
	if r.Method == "Stat" || r.Method == "Lstat" {
		info, err := f.root.Stat(inside(r.Filepath))
		if err != nil {
			return nil, err
		}
		return listing{info}, nil
	}
	folder, err := f.root.Open(inside(r.Filepath))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	entries, err := folder.Readdir(-1)
	return listing(entries), err
}

type listing []os.FileInfo

func (l listing) ListAt(target []os.FileInfo, offset int64) (int, error) {
	if offset >= int64(len(l)) {
		return 0, io.EOF
	}
	count := copy(target, l[offset:])
	if count < len(target) {
		return count, io.EOF
	}
	return count, nil
}

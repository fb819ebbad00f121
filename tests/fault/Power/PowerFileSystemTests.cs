using System.Text;
using RocketMQ.Store.Files;

namespace RocketMQ.Fault.Tests.Power;

/// <summary>What a disk keeps and what it may lose, by seeds: where chance decides, both outcomes have to be seen.</summary>
public class PowerFileSystemTests
{
    private const string Root = "/disk";
    private const int Seeds = 60;

    [Test]
    public void What_was_written_and_not_flushed_is_there_or_not_page_by_page()
    {
        var seen = Outcomes(disk =>
        {
            using var file = Made(disk, "f", 3 * DiskFile.PageSize);
            file.Write(new byte[] { 1 }, 0);
            file.Write(new byte[] { 2 }, DiskFile.PageSize);
        }, disk => $"{Byte(disk, "f", 0)}{Byte(disk, "f", DiskFile.PageSize)}");

        Assert.That(seen, Is.EquivalentTo(new[] { "00", "10", "02", "12" }));
    }

    [Test]
    public void Pages_written_through_a_mapping_are_kept_by_a_flush_of_their_range_alone()
    {
        var seen = Outcomes(disk =>
        {
            using var file = disk.CreateMapped($"{Root}/m", 3 * DiskFile.PageSize);
            disk.FlushDirectory(Root);
            Set(file, 10, 1);
            Set(file, DiskFile.PageSize, 2);
            file.Flush(DiskFile.PageSize, 1);
            Set(file, DiskFile.PageSize + 1, 3);
        }, disk => $"{Byte(disk, "m", 10)}{Byte(disk, "m", DiskFile.PageSize)}{Byte(disk, "m", DiskFile.PageSize + 1)}");

        Assert.That(seen, Is.EquivalentTo(new[] { "020", "120", "023", "123" }));
    }

    [Test]
    public void A_name_outlives_only_a_flush_of_its_directory()
    {
        Assert.That(Outcomes(disk => Make(disk, "f"), disk => $"{disk.FileExists($"{Root}/f")}"), Is.EquivalentTo(new[] { "True", "False" }), "a flushed file");
        Assert.That(Outcomes(disk =>
        {
            Make(disk, "f");
            disk.FlushDirectory(Root);
        }, disk => $"{disk.FileExists($"{Root}/f")}"), Is.EqualTo(new[] { "True" }), "and its directory");
    }

    [Test]
    public void Of_a_directory_the_first_changes_are_there()
    {
        var seen = Outcomes(disk =>
        {
            Make(disk, "a");
            Make(disk, "b");
            disk.DeleteFile($"{Root}/a");
            Make(disk, "c");
        }, disk => string.Join(' ', disk.FileNames(Root)));

        Assert.That(seen, Is.EquivalentTo(new[] { "", "a", "a b", "b", "b c" }));
    }

    [Test]
    public void A_file_that_takes_the_place_of_another_is_there_or_the_other_is()
    {
        var seen = Outcomes(disk =>
        {
            Make(disk, "f", "old");
            disk.FlushDirectory(Root);
            Make(disk, "f.tmp", "new");
            disk.MoveFile($"{Root}/f.tmp", $"{Root}/f");
        }, disk => $"{Text(disk, "f")} {string.Join(' ', disk.FileNames(Root))}");

        Assert.That(seen, Is.EquivalentTo(new[] { "old f", "old f f.tmp", "new f" }));
    }

    [Test]
    public void A_move_to_another_directory_is_there_whole_or_not_at_all()
    {
        var seen = Outcomes(disk =>
        {
            disk.CreateDirectory($"{Root}/a");
            disk.CreateDirectory($"{Root}/b");
            Make(disk, "a/f");
            disk.TryFlushAll(Root);
            disk.MoveFile($"{Root}/a/f", $"{Root}/b/f");
        }, disk => $"{disk.FileExists($"{Root}/a/f")} {disk.FileExists($"{Root}/b/f")}");

        Assert.That(seen, Is.EquivalentTo(new[] { "True False", "False True" }));
    }

    [Test]
    public void What_is_in_a_directory_needs_the_directory()
    {
        var seen = Outcomes(disk =>
        {
            disk.CreateDirectory($"{Root}/d");
            Make(disk, "d/f");
            disk.FlushDirectory($"{Root}/d");
        }, disk => $"{disk.FileExists($"{Root}/d/f")}");

        Assert.That(seen, Is.EquivalentTo(new[] { "True", "False" }));
    }

    [Test]
    public void A_deletion_of_a_directory_may_be_half_done()
    {
        var seen = Outcomes(disk =>
        {
            disk.CreateDirectory($"{Root}/d");
            Make(disk, "d/a");
            Make(disk, "d/b");
            disk.TryFlushAll(Root);
            disk.DeleteDirectory($"{Root}/d");
        }, disk => $"{string.Join(',', disk.DirectoryNames(Root))} {string.Join(' ', disk.FileNames($"{Root}/d"))}");

        Assert.That(seen, Is.EquivalentTo(new[] { " ", "d ", "d a", "d b", "d a b" }));
    }

    [Test]
    public void A_length_is_there_or_not_and_what_was_cut_off_comes_back_with_it()
    {
        var seen = Outcomes(disk =>
        {
            using var file = Made(disk, "f", 2 * DiskFile.PageSize);
            file.Write(new byte[] { 7 }, DiskFile.PageSize);
            file.Flush();
            file.SetLength(100);
        }, disk => $"{disk.FileLength($"{Root}/f")} {(disk.FileLength($"{Root}/f") > DiskFile.PageSize ? Byte(disk, "f", DiskFile.PageSize) : 0)}");

        Assert.That(seen, Is.EquivalentTo(new[] { "8192 7", "100 0" }));
    }

    [Test]
    public void After_a_flush_that_failed_the_next_one_does_not_write_what_was_lost()
    {
        var seen = Outcomes(disk =>
        {
            using var file = Made(disk, "f", 2 * DiskFile.PageSize);
            file.Write(new byte[] { 1 }, 0);
            file.Write(new byte[] { 1 }, DiskFile.PageSize);
            disk.FlushFails = _ => true;
            Assert.That(file.Flush, Throws.InstanceOf<IOException>());
            disk.FlushFails = _ => false;
            file.Write(new byte[] { 2 }, DiskFile.PageSize);
            file.Flush();
        }, disk => $"{Byte(disk, "f", 0)}{Byte(disk, "f", DiskFile.PageSize)}");

        // The kernel may have written the first page before.
        Assert.That(seen, Is.SubsetOf(new[] { "02", "12" }).And.Contain("02"));
    }

    [Test]
    public void A_flush_that_lies_keeps_nothing()
    {
        var seen = Outcomes(disk =>
        {
            using var file = Made(disk, "f", 1);
            disk.FlushLies = _ => true;
            file.Write(new byte[] { 1 }, 0);
            file.Flush();
        }, disk => $"{Byte(disk, "f", 0)}");

        Assert.That(seen, Is.EquivalentTo(new[] { "0", "1" }));
    }

    [Test]
    public void The_power_goes_at_the_operation_it_was_to_go_at_and_every_call_fails_then()
    {
        var disk = new PowerFileSystem(Root, DiskImage.Empty, new Random(1), TimeProvider.System);
        using var file = disk.OpenFile($"{Root}/f", create: true);
        using var mapped = disk.CreateMapped($"{Root}/m", 10);
        disk.LosePowerAfter(3);
        file.Write(new byte[] { 1 }, 0);
        file.Flush();

        Assert.Multiple(() =>
        {
            Assert.That(() => file.Flush(), Throws.InstanceOf<IOException>().With.Message.EqualTo("the power is gone"));
            Assert.That(disk.Lost.IsCompleted);
            Assert.That(() => file.Read(new byte[1], 0), Throws.InstanceOf<IOException>());
            Assert.That(() => disk.FileExists($"{Root}/f"), Throws.InstanceOf<IOException>());
            Assert.That(() => mapped.Flush(0, 1), Throws.InstanceOf<IOException>());
            Assert.That(() => Set(mapped, 0, 1), Throws.Nothing, "who still writes into pages writes into nothing");
        });
    }

    [Test]
    public void The_same_seed_keeps_the_same()
    {
        string Survivors(int seed)
        {
            var disk = new PowerFileSystem(Root, DiskImage.Empty, new Random(seed), TimeProvider.System);
            for (var i = 0; i < 20; i++)
            {
                Make(disk, $"f{i}", $"text {i}");
            }

            disk.LosePower();
            return string.Join(' ', disk.Survivors.Files.Keys);
        }

        for (var seed = 0; seed < 10; seed++)
        {
            var once = Survivors(seed);
            Assert.That(Survivors(seed), Is.EqualTo(once));
        }
    }

    [Test]
    public void A_full_disk_takes_nothing_new_and_what_was_reserved_holds()
    {
        var disk = new PowerFileSystem(Root, DiskImage.Empty, new Random(1), TimeProvider.System);
        using var file = disk.OpenFile($"{Root}/f", create: true);
        using var mapped = disk.CreateMapped($"{Root}/m", 10);
        disk.IsFull = true;

        Assert.Multiple(() =>
        {
            Assert.That(() => file.Write(new byte[] { 1 }, 0), Throws.InstanceOf<IOException>());
            Assert.That(() => disk.CreateMapped($"{Root}/n", 10), Throws.InstanceOf<DiskFullException>());
            Assert.That(() => disk.OpenFile($"{Root}/g", create: true), Throws.InstanceOf<IOException>());
            Assert.That(() => mapped.Flush(0, 10), Throws.Nothing);
        });
    }

    /// <summary>What is seen after a loss of power that follows a deed, with all that chance has to offer.</summary>
    private static HashSet<string> Outcomes(Action<PowerFileSystem> deed, Func<PowerFileSystem, string> look)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var disk = new PowerFileSystem(Root, DiskImage.Empty, new Random(seed), TimeProvider.System);
            deed(disk);
            disk.LosePower();
            seen.Add(look(new PowerFileSystem(Root, disk.Survivors, new Random(seed), TimeProvider.System)));
        }

        return seen;
    }

    /// <summary>A file that is on the disk, zeros all over.</summary>
    private static IStoreFile Made(PowerFileSystem disk, string name, long length)
    {
        var file = disk.OpenFile($"{Root}/{name}", create: true);
        file.SetLength(length);
        file.Flush();
        disk.FlushDirectory(Root);
        return file;
    }

    /// <summary>A file whose content is flushed, and whose name is not.</summary>
    private static void Make(PowerFileSystem disk, string name, string text = "")
    {
        using var file = disk.OpenFile($"{Root}/{name}", create: true);
        file.Write(Encoding.UTF8.GetBytes(text), 0);
        file.Flush();
    }

    private static int Byte(PowerFileSystem disk, string name, long offset)
    {
        using var file = disk.OpenFile($"{Root}/{name}", create: false);
        var bytes = new byte[1];
        return file.Read(bytes, offset) == 1 ? bytes[0] : -1;
    }

    private static string Text(PowerFileSystem disk, string name)
    {
        using var file = disk.OpenFile($"{Root}/{name}", create: false);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return Encoding.UTF8.GetString(bytes);
    }

    private static unsafe void Set(IMappedFile file, long offset, byte value) => file.Address[offset] = value;
}

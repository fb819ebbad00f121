using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Remoting.Tests;

public class ConfigurationTests
{
    private enum Disk
    {
        AsyncFlush,
        SyncFlush,
    }

    private sealed record Sample
    {
        public int ListenPort { get; init; } = 10911;
        public long FileSize { get; init; } = 1L << 40;
        public bool Enabled { get; init; }
        public string Name { get; init; } = "none";
        public Disk Disk { get; init; }
        public string OnlyRead => "";
    }

    [Test]
    public void Properties_are_read_as_Java_reads_them()
    {
        var entries = JavaProperties.Parse(
            "# comment\n! comment\n\n a = b \r\nc:d\ne f\nlong = one\\\n   two\nesc=\\u0041\\t\\\\=\nk\\=ey=v\nempty=\nbare\na=last\n", "x").Entries;
        Assert.That(entries.ToDictionary(e => e.Key, e => e.Value.Value), Is.EqualTo(new Dictionary<string, string>
        {
            ["a"] = "last",
            ["c"] = "d",
            ["e"] = "f",
            ["long"] = "onetwo",
            ["esc"] = "A\t\\=",
            ["k=ey"] = "v",
            ["empty"] = "",
            ["bare"] = "",
        }));
        Assert.That(entries["long"].Line, Is.EqualTo(7));
        Assert.That(entries["a"].Line, Is.EqualTo(13));
    }

    [Test]
    public void A_record_is_bound_by_the_names_of_its_properties()
    {
        var options = OptionsBinder.Bind<Sample>(JavaProperties.Parse("listenPort=1\nfileSize=2\nenabled=TRUE\nname= x \ndisk=SYNC_FLUSH\n", "x"));
        Assert.That(options, Is.EqualTo(new Sample { ListenPort = 1, FileSize = 2, Enabled = true, Name = "x", Disk = Disk.SyncFlush }));
        Assert.That(OptionsBinder.Bind<Sample>(JavaProperties.Empty), Is.EqualTo(new Sample()));
    }

    [TestCase("listenPort=x", "b.conf line 1: listenPort=x is not a whole number of 32 bits.")]
    [TestCase("\nenabled=yes", "b.conf line 2: enabled=yes is not true or false.")]
    [TestCase("disk=MAYBE", "b.conf line 1: disk=MAYBE is not one of ASYNC_FLUSH, SYNC_FLUSH.")]
    public void A_value_that_does_not_fit_is_refused_with_its_place(string text, string message) =>
        Assert.That(() => OptionsBinder.Bind<Sample>(JavaProperties.Parse(text, "b.conf")), Throws.TypeOf<ConfigurationException>().With.Message.EqualTo(message));

    [Test]
    public void A_key_is_honoured_or_known_to_do_nothing_or_refused_with_the_nearest_name()
    {
        var ignored = new Dictionary<string, string> { ["useEpoll"] = "nothing of the kind here" };
        Assert.That(
            OptionsBinder.CheckKeys(JavaProperties.Parse("listenPort=1\nuseEpoll=true\n", "b.conf"), ignored, "-p", typeof(Sample)),
            Is.EqualTo(new[] { ("useEpoll", "nothing of the kind here") }));
        Assert.That(
            () => OptionsBinder.CheckKeys(JavaProperties.Parse("listenport=1\n", "b.conf"), ignored, "-p", typeof(Sample)),
            Throws.TypeOf<ConfigurationException>().With.Message.EqualTo("b.conf line 1: unknown key 'listenport'. Did you mean 'listenPort'?"));
    }

    [Test]
    public void Settings_tell_their_source_and_default()
    {
        var properties = JavaProperties.Parse("\nlistenPort=1\n", "b.conf").With([KeyValuePair.Create("enabled", "true")]);
        var settings = OptionsBinder.Describe(OptionsBinder.Bind<Sample>(properties), properties).ToDictionary(s => s.Key);
        Assert.That(settings["listenPort"], Is.EqualTo(new OptionsBinder.Setting("listenPort", "1", "b.conf:2", "10911")));
        Assert.That(settings["enabled"], Is.EqualTo(new OptionsBinder.Setting("enabled", "true", "command line", "false")));
        Assert.That(settings["disk"], Is.EqualTo(new OptionsBinder.Setting("disk", "ASYNC_FLUSH", "default", "ASYNC_FLUSH")));
        Assert.That(settings.Keys, Has.No.Member("onlyRead"));
    }

    [TestCase("", "b=x\\\\y\nc=1\n")]
    [TestCase("# top\na=1\n  b : 2\n#end", "# top\na=1\nb=x\\\\y\n#end\nc=1\n")]
    [TestCase("b=one\\\n  two\na=1\r\n", "b=x\\\\y\n\na=1\nc=1\n")]
    public void An_edited_file_keeps_everything_but_the_changed_keys(string before, string after)
    {
        var changes = new Dictionary<string, string> { ["c"] = "1", ["b"] = "x\\y" };
        var edited = JavaProperties.Edit(before, changes);
        Assert.That(edited, Is.EqualTo(after));
        Assert.That(JavaProperties.Parse(edited, "").Entries["b"].Value, Is.EqualTo("x\\y"));
    }

    [Test]
    public void A_replaced_file_has_its_previous_content_beside_it()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "deep", "file");
        ReplacedFile.Write(path, "1"u8);
        ReplacedFile.Write(path, "2"u8);
        Assert.That(File.ReadAllText(path), Is.EqualTo("2"));
        Assert.That(File.ReadAllText(path + ".bak"), Is.EqualTo("1"));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(2));
        Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(path))!, recursive: true);
    }
}

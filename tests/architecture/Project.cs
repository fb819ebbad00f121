using System.Xml.Linq;

namespace RocketMQ.Architecture.Tests;

/// <summary>A project file as it is written, before MSBuild adds anything.</summary>
internal sealed record Project(string File, XDocument Xml)
{
    public string Name => Path.GetFileNameWithoutExtension(File);

    public string Folder => Path.GetDirectoryName(File)!.Replace('\\', '/');

    public bool IsTest => File.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>A small program that shows the client in use: it stands beside the client and is a user of it.</summary>
    public bool IsSample => File.Contains("/samples/", StringComparison.Ordinal);

    /// <summary>Names of the projects it references.</summary>
    public IEnumerable<string> References => Includes("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')));

    public IEnumerable<string> Frameworks => Includes("FrameworkReference");

    public IEnumerable<XElement> Packages => Xml.Descendants("PackageReference");

    public string? Property(string name) => Xml.Descendants(name).FirstOrDefault()?.Value;

    public static Project Load(string file) => new(file, Repository.Xml(file));

    private IEnumerable<string> Includes(string item) => Xml.Descendants(item).Select(e => (string?)e.Attribute("Include")).OfType<string>();
}

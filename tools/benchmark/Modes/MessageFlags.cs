using System.CommandLine;
using RocketMQ.Benchmark.Load;

namespace RocketMQ.Benchmark.Modes;

/// <summary>The flags that say what the messages of <c>producer</c> and <c>batchproducer</c> look like.</summary>
internal sealed class MessageFlags
{
    private const string Zlib = "ZLIB";

    private readonly Option<int> _size = new("--messageSize", "-s") { Description = "Bytes of a body.", DefaultValueFactory = _ => 128 };
    private readonly Option<bool> _key = new("--keyEnable", "-k") { Description = "Whether messages have a key." };
    private readonly Option<int> _properties = new("--propertySize", "-p") { Description = "Bytes of a further property." };
    private readonly Option<int> _tags = new("--tagCount", "-l") { Description = "Tags that messages take in turn." };
    private readonly Option<bool> _compress = new("--compressEnable", "-c") { Description = "Whether large bodies are compressed." };
    private readonly Option<string> _compressType = new("--compressType", "-ct")
    {
        Description = "How bodies are compressed.", DefaultValueFactory = _ => Zlib,
    };

    private readonly Option<int> _compressLevel = new("--compressLevel", "-cl") { Description = "Level of the compression.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _compressFrom = new("--compressOverHowMuch", "-ch")
    {
        Description = "Bytes from which bodies are compressed.", DefaultValueFactory = _ => 4096,
    };

    public void AddTo(Command command)
    {
        _compressType.Validators.Add(result =>
        {
            if (result.GetValue(_compressType) is { } type && !type.Equals(Zlib, StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"-ct {type}: {Zlib} is all that can be written");
            }
        });
        Option[] all = [_size, _key, _properties, _tags, _compress, _compressType, _compressLevel, _compressFrom];
        Array.ForEach(all, command.Options.Add);
    }

    public MessageShape Shape(ParseResult arguments) => new()
    {
        Size = arguments.GetValue(_size),
        HasKey = arguments.GetValue(_key),
        PropertySize = arguments.GetValue(_properties),
        TagCount = arguments.GetValue(_tags),
        CompressFrom = arguments.GetValue(_compress) ? arguments.GetValue(_compressFrom) : 0,
        CompressionLevel = arguments.GetValue(_compressLevel),
    };
}

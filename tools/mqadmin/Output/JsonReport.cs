using Newtonsoft.Json;
using Newtonsoft.Json.Converters;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;
using RocketMQ.Protocol.Json;

namespace RocketMQ.MqAdmin.Output;

/// <summary>One JSON object, written as the verb goes: a member for each named part, and <c>error</c> when it did not succeed.</summary>
internal sealed class JsonReport : Report
{
    private static readonly JsonSerializer Serializer = JsonSerializer.Create(new JsonSerializerSettings
    {
        // Keys of maps are names of topics and settings: they stay as they are.
        ContractResolver = new DefaultContractResolver { NamingStrategy = new CamelCaseNamingStrategy { ProcessDictionaryKeys = false } },
        Converters = { new StringEnumConverter() },
        NullValueHandling = NullValueHandling.Ignore,
        Formatting = Formatting.Indented,
    });

    private readonly TextWriter _output;
    private readonly JsonTextWriter _json;
    private bool _isOpen;
    private string? _openList;

    public JsonReport(TextWriter output)
    {
        _output = output;
        _json = new JsonTextWriter(output) { Formatting = Formatting.Indented, CloseOutput = false };
    }

    public override void Table<T>(string name, IEnumerable<T> rows, params Column<T>[] columns)
    {
        // All values first: a row that can't be had must leave the document as it was, for the error to stand in it.
        var values = rows.Select(row => columns.Select(c => c.Value(row)).ToArray()).ToList();
        var json = Member(name);
        json.WriteStartArray();
        foreach (var row in values)
        {
            json.WriteStartObject();
            foreach (var (column, value) in columns.Zip(row))
            {
                json.WritePropertyName(column.Name);
                Serializer.Serialize(json, value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public override void Value(string name, string label, object? value) => Serializer.Serialize(Member(name), value);

    public override void Value(string name, string text) => Value(name, "", text);

    public override void Settings(string name, IEnumerable<KeyValuePair<string, string>> values, int width, string separator) =>
        Serializer.Serialize(Member(name), values.ToDictionary());

    public override void List(string name)
    {
        if (_openList != name)
        {
            Member(name).WriteStartArray();
            _openList = name;
        }
    }

    public override void Item(string name, string text, object value)
    {
        List(name);
        Serializer.Serialize(_json, value);
    }

    public override void Document<T>(string name, T body) => ToJson(body).WriteTo(Member(name));

    /// <summary>With the names that the protocol gives to members and enumerations.</summary>
    public static JToken ToJson<T>(T body) => JToken.Parse(RemotingJson.SerializeToString(body, JsonStyle.Standard));

    public override void Note(string text)
    {
    }

    public override void Fail(Failure failure)
    {
        Value("error", "", new { message = failure.Sentence, code = failure.Code });
        EndRound();
    }

    public override void EndRound()
    {
        OpenDocument();
        CloseList();
        _json.WriteEndObject();
        _json.Flush();
        _output.WriteLine();
        _isOpen = false;
    }

    public override void Dispose() => _json.Close();

    private JsonTextWriter Member(string name)
    {
        OpenDocument();
        CloseList();
        _json.WritePropertyName(name);
        return _json;
    }

    private void OpenDocument()
    {
        if (!_isOpen)
        {
            _json.WriteStartObject();
            _isOpen = true;
        }
    }

    private void CloseList()
    {
        if (_openList is not null)
        {
            _json.WriteEndArray();
            _openList = null;
        }
    }
}

using System.Collections;
using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;

namespace RocketMQ.Protocol.Json;

/// <summary>
/// Names properties as Java beans do, orders them as fastjson does, and chooses the converters of maps, collections and enums. Beans and plain
/// values are described here rather than by the base class, which asks of each type whether it is a data set, a piece of XML, an expression
/// and more, and so brings those libraries into a process that has no use for them.
/// </summary>
internal sealed class FastjsonContractResolver : DefaultContractResolver
{
    public FastjsonContractResolver() => NamingStrategy = new Decapitalised();

    protected override JsonContract CreateContract(Type objectType)
    {
        var type = Nullable.GetUnderlyingType(objectType) ?? objectType;
        return ConverterOf(type) is { } converter ? new JsonPrimitiveContract(objectType) { Converter = converter }
            : type.IsPrimitive || type == typeof(string) ? new JsonPrimitiveContract(objectType)
            : IsBean(type) ? DescribeBean(type)
            : base.CreateContract(objectType);
    }

    protected override IList<JsonProperty> CreateProperties(Type type, MemberSerialization memberSerialization) =>
        [.. base.CreateProperties(type, memberSerialization).OrderBy(property => property.PropertyName, StringComparer.Ordinal)];

    protected override IValueProvider CreateMemberValueProvider(MemberInfo member) => PropertyAccess.Create(member) ?? base.CreateMemberValueProvider(member);

    private static bool IsBean(Type type) =>
        type is { IsClass: true, IsAbstract: false, IsArray: false } && type != typeof(object) && !typeof(IEnumerable).IsAssignableFrom(type)
        && type.GetConstructor(Type.EmptyTypes) is not null;

    private JsonObjectContract DescribeBean(Type type)
    {
        var contract = new JsonObjectContract(type) { DefaultCreator = () => Activator.CreateInstance(type)! };
        foreach (var property in CreateProperties(type, MemberSerialization.OptOut))
        {
            contract.Properties.AddProperty(property);
        }

        return contract;
    }

    private static JsonConverter? ConverterOf(Type type)
    {
        if (type.IsEnum)
        {
            return Create(typeof(EnumConverter<>), type);
        }

        if (!type.IsGenericType)
        {
            return null;
        }

        var arguments = type.GetGenericArguments();
        var definition = type.GetGenericTypeDefinition();
        return definition == typeof(Dictionary<,>) ? Create(typeof(MapConverter<,>), arguments)
            : definition == typeof(List<>) ? Create(typeof(ListConverter<>), arguments)
            : definition == typeof(HashSet<>) ? Create(typeof(SetConverter<>), arguments)
            : null;
    }

    private static JsonConverter Create(Type converter, params Type[] arguments) =>
        (JsonConverter)Activator.CreateInstance(converter.MakeGenericType(arguments))!;

    private sealed class Decapitalised : NamingStrategy
    {
        protected override string ResolvePropertyName(string name) => char.ToLowerInvariant(name[0]) + name[1..];
    }
}
